#include "upgrade/forecast/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/printable.h"
#include "upgrade/forecast/faces.h"
#include "upgrade/forecast/measured.h"
#include "upgrade/forecast/presented.h"

namespace ucready::forecast {
namespace {

using db::ForecastCell;
using db::HopOutcome;
using negotiation::Grade;
using negotiation::Works;

const negotiation::Chain* find_leaf(const HopEnds& ends, const std::string& id) {
  for (const auto& chain : ends.ends.server.keys) {
    if (chain.id == id) return &chain;
  }
  return nullptr;
}

std::string_view key_word(negotiation::KeyKind kind) {
  using negotiation::KeyKind;
  switch (kind) {
    case KeyKind::rsa:
      return "rsa";
    case KeyKind::rsa_pss:
      return "rsa-pss";
    case KeyKind::dsa:
      return "dsa";
    case KeyKind::ecdsa:
      return "ecdsa";
    case KeyKind::ed25519:
      return "ed25519";
    case KeyKind::ed448:
      return "ed448";
  }
  return "";
}

void tell_outcome(const negotiation::Outcome& outcome, const HopEnds& ends, ForecastCell& cell) {
  if (outcome.version) cell.version = tls::name(*outcome.version);
  if (outcome.suite) cell.cipher = tls::name(*outcome.suite);
  if (const auto* const leaf = find_leaf(ends, outcome.server_leaf)) {
    cell.key_type = key_word(leaf->key);
    // A certificate of the future has no digest yet.
    if (!is_renewed(leaf->id)) cell.certificate_sha256 = leaf->id;
  }
}

// Established and never refused: by client, server and port. Resumed sessions showed no certificate and prove nothing.
class Proof {
 public:
  explicit Proof(const Estate& estate) {
    for (const db::SeenSessions& seen : estate.rows().sessions) {
      const Key key{seen.client, seen.client_node, seen.client_service, seen.server, seen.server_node, seen.port};
      if (seen.established == std::optional(false)) failed_.insert(key);
      if (seen.established != std::optional(true) || seen.resumed) continue;
      Witness& witness = worked_.try_emplace(key, Witness::the_system).first->second;
      if (!seen.told_by_system) witness = Witness::a_capture;
    }
  }
  [[nodiscard]] bool empty() const { return worked_.empty(); }
  [[nodiscard]] Witness of(const Hop& hop) const {
    const Key key{hop.client, hop.client_node, hop.client_service, hop.server, hop.server_node, hop.port};
    const auto found = worked_.find(key);
    return found == worked_.end() || failed_.contains(key) ? Witness::nobody : found->second;
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, int>;
  std::map<Key, Witness> worked_;
  std::set<Key> failed_;
};

void prove(ForecastCell& cell, Witness witness) {
  const std::string where =
      witness == Witness::a_capture ? "Seen to work in a capture" : "In a system's own list of connections";
  if (cell.outcome == HopOutcome::breaks) {
    cell.against_forecast = true;
    cell.explanation = where + ", against the forecast: " + cell.explanation;
  } else {
    cell.explanation = where + "." + (cell.outcome == HopOutcome::works ? " " + cell.explanation : std::string());
  }
  cell.outcome = HopOutcome::works;
  cell.reason.clear();
  cell.grade = "proven";
  cell.confidence = Confidence::observed;
}

}  // namespace

ForecastCell forecast_cell(const Estate& estate, const Hop& hop, const State& client, const State& server) {
  const HopEnds ends = ends_of(estate, hop, client, server);
  const negotiation::Verdict verdict = negotiation::weigh(ends.ends.client, ends.ends.server, ends.doubts);
  ForecastCell cell;
  cell.explanation = verdict.explanation;
  if (ends.measured) cell.explanation += " What the server chooses was measured with the client's own hello.";
  cell.confidence = ends.confidence;
  if (verdict.works == Works::unknown) {
    cell.reason = "missing_" + (verdict.deciding.empty() ? std::string("facts") : verdict.deciding.front().missing);
    cell.confidence = Confidence::unknown;
    for (const negotiation::Decisive& one : verdict.deciding) cell.open.push_back({one.fact, one.missing});
    return cell;
  }
  if (ends.upload_refused && verdict.works == Works::yes) {
    cell.outcome = HopOutcome::breaks;
    cell.reason = to_text(negotiation::Reason::certificate_upload_refused);
    cell.explanation =
        "The release refuses the upload of a certificate without client authentication, and the old one ends.";
    return cell;
  }
  tell_outcome(verdict.outcome, ends, cell);
  if (verdict.grade == Grade::derived) cell.confidence = std::min(cell.confidence, Confidence::assumed);
  if (verdict.works == Works::yes) {
    cell.outcome = HopOutcome::works;
    cell.grade = to_text(verdict.grade);
  } else {
    cell.outcome = HopOutcome::breaks;
    cell.reason = to_text(verdict.outcome.refusal->reason);
  }
  return cell;
}

std::string explanation_for(const Hop& hop, std::string explanation) {
  const auto put = [&](std::string_view mark, const std::string& cluster, const std::string& node) {
    replace_all(explanation, mark, node.empty() ? cluster : cluster + "/" + node);
  };
  put(kClientName, hop.client, hop.client_node);
  put(kServerName, hop.server, hop.server_node);
  return explanation;
}

void each_pair_of_states(const States& states, const Hop& hop,
                         const std::function<void(std::size_t, std::size_t)>& visit) {
  const std::size_t clients = states.find(hop.client)->second.size();
  const std::size_t servers = states.find(hop.server)->second.size();
  for (std::size_t i = 0; i < clients; ++i) {
    for (std::size_t j = 0; j < servers; ++j) visit(i, j);
  }
}

namespace {

// Numbers of the two faces of each hop, each looked up once for each node.
class FacesOfHops {
 public:
  FacesOfHops(const Estate& estate, const States& states, const Hops& hops) : faces_(estate, states), hops_(hops) {}

  std::pair<std::uint32_t, std::uint32_t> of(std::size_t at) {
    const Hops::Ends& ends = hops_.ends(at);
    const std::pair declared(ends.declared, ends.client_node);
    const auto [client, new_client] = clients_.try_emplace(declared, 0);
    const auto [server, new_server] = servers_.try_emplace({ends.declared, ends.server_node}, 0);
    if (new_client || new_server) {
      const Hop hop = hops_[at];
      if (new_client) client->second = faces_.of_client(hop.client, hop.client_node, hop.client_service, hop.protocol);
      if (new_server)
        server->second = faces_.of_server(hop.server, hop.server_node, hop.port, hop.protocol, hop.address);
    }
    return {client->second, server->second};
  }

 private:
  struct Hash {
    std::size_t operator()(std::pair<std::uint32_t, std::uint32_t> both) const {
      return std::hash<std::uint64_t>()((std::uint64_t{both.first} << 32) | both.second);
    }
  };
  using Numbers = std::unordered_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t, Hash>;
  Faces faces_;
  const Hops& hops_;
  Numbers clients_;
  Numbers servers_;
};

}  // namespace

Kinds kinds_of(const Estate& estate, const States& states, const Hops& hops) {
  const Proof proof(estate);
  FacesOfHops faces(estate, states, hops);
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::string_view, Witness, std::string>, std::uint32_t> numbers;
  Kinds kinds;
  kinds.of_hop.reserve(hops.size());
  for (std::size_t at = 0; at < hops.size(); ++at) {
    const auto [client, server] = faces.of(at);
    const Witness proven = proof.empty() ? Witness::nobody : proof.of(hops[at]);
    const std::string measured = estate.measured().empty() ? "" : estate.measured().digest(hops[at]);
    const auto [kind, is_new] = numbers.try_emplace({client, server, hops.declared(at).security, proven, measured},
                                                    static_cast<std::uint32_t>(kinds.examples.size()));
    if (is_new) {
      kinds.examples.push_back(at);
      kinds.counts.push_back(0);
      kinds.proven.push_back(proven);
    }
    ++kinds.counts[kind->second];
    kinds.of_hop.push_back(kind->second);
  }
  return kinds;
}

Cells forecast_cells(const Estate& estate, const States& states, const Hops& hops,
                     const std::function<void(std::size_t, std::size_t)>& progress) {
  Cells cells;
  cells.kinds = kinds_of(estate, states, hops);
  const std::size_t kinds = cells.kinds.examples.size();
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    const Hop hop = hops[cells.kinds.examples[kind]];
    const auto& clients = states.find(hop.client)->second;
    const auto& servers = states.find(hop.server)->second;
    cells.firsts.push_back(cells.all.size());
    cells.server_states.push_back(servers.size());
    each_pair_of_states(states, hop, [&](std::size_t i, std::size_t j) {
      ForecastCell cell = forecast_cell(estate, hop, clients[i], servers[j]);
      cell.kind = kind;
      cell.client_state = static_cast<int>(i);
      cell.server_state = static_cast<int>(j);
      const bool today = i == 0 && j == 0 && clients[i].changes.empty() && servers[j].changes.empty();
      if (const Witness by = cells.kinds.proven[kind]; today && by != Witness::nobody) prove(cell, by);
      cells.all.push_back(std::move(cell));
    });
    if (progress) progress(kind + 1, kinds);
  }
  return cells;
}

}  // namespace ucready::forecast
