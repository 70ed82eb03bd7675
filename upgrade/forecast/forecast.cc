#include "upgrade/forecast/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/printable.h"

namespace ucready::forecast {
namespace {

using db::ForecastCell;
using db::HopOutcome;
using negotiation::Grade;
using negotiation::Works;

std::vector<std::string> nodes_or(const Estate& estate, const std::string& cluster, const std::string& node) {
  if (!node.empty()) return {node};
  const auto& nodes = estate.nodes(cluster);
  if (nodes.empty()) return {""};
  return {nodes.begin(), nodes.end()};
}

std::string service_of(const Estate& estate, const db::DeclaredHop& hop) {
  if (!hop.client_service.empty()) return hop.client_service;
  const upgrade::Product* const product = estate.product(hop.client);
  const auto* const service = product == nullptr ? nullptr : default_client_service(*product, hop.protocol);
  return service == nullptr ? "" : service->name;
}

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
    if (!leaf->id.starts_with("renewed:")) cell.certificate_sha256 = leaf->id;
  }
}

// Established and never refused: by client, server and port. Resumed sessions showed no certificate and prove nothing.
class Proof {
 public:
  explicit Proof(const Estate& estate) {
    for (const db::SeenSessions& seen : estate.rows().sessions) {
      const Key key{seen.client, seen.client_node, seen.client_service, seen.server, seen.server_node, seen.port};
      if (seen.established == std::optional(true) && !seen.resumed) worked_.insert(key);
      if (seen.established == std::optional(false)) failed_.insert(key);
    }
  }
  [[nodiscard]] bool of(const Hop& hop) const {
    const Key key{hop.client, hop.client_node, hop.client_service, hop.server, hop.server_node, hop.port};
    return worked_.contains(key) && !failed_.contains(key);
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, int>;
  std::set<Key> worked_;
  std::set<Key> failed_;
};

void prove(ForecastCell& cell) {
  if (cell.outcome == HopOutcome::breaks) {
    cell.explanation = "Seen to work in a capture, against the forecast: " + cell.explanation;
  } else {
    cell.explanation =
        "Seen to work in a capture. " + (cell.outcome == HopOutcome::works ? cell.explanation : std::string());
  }
  cell.outcome = HopOutcome::works;
  cell.reason.clear();
  cell.grade = "proven";
  cell.confidence = Confidence::observed;
}

}  // namespace

std::vector<Hop> hops_between_nodes(const Estate& estate, std::size_t& without_tls) {
  std::vector<Hop> hops;
  std::set<std::tuple<std::string, std::string, std::string, std::string, std::string, int>> known;
  for (const db::DeclaredHop& hop : estate.rows().hops) {
    const bool no_tls = hop.security == "nonsecure";
    const std::string service = service_of(estate, hop);
    for (const std::string& server_node : nodes_or(estate, hop.server, hop.server_node)) {
      const std::string address = hop.address.empty() || hop.server_node.empty()
                                      ? estate.fact({hop.server, server_node, "", 0}, "address").value
                                      : hop.address;
      for (const std::string& client_node : nodes_or(estate, hop.client, hop.client_node)) {
        if (!known.emplace(hop.client, client_node, service, hop.server, server_node, hop.port).second) continue;
        if (no_tls) {
          ++without_tls;
          continue;
        }
        hops.push_back({hop.client, client_node, service, hop.server, server_node,
                        address.empty() ? hop.address : address, hop.port, hop.protocol, hop.security, hop.dormant});
      }
    }
  }
  return hops;
}

ForecastCell forecast_cell(const Estate& estate, const Hop& hop, const State& client, const State& server) {
  const HopEnds ends = ends_of(estate, hop, client, server);
  const negotiation::Verdict verdict = negotiation::weigh(ends.ends.client, ends.ends.server, ends.doubts);
  ForecastCell cell;
  cell.explanation = verdict.explanation;
  cell.confidence = ends.confidence;
  if (verdict.works == Works::unknown) {
    cell.reason = "missing_" + (verdict.missing.empty() ? std::string("facts") : verdict.missing);
    cell.confidence = Confidence::unknown;
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

void each_pair_of_states(const States& states, const Hop& hop,
                         const std::function<void(std::size_t, std::size_t)>& visit) {
  const std::size_t clients = states.find(hop.client)->second.size();
  const std::size_t servers = states.find(hop.server)->second.size();
  for (std::size_t i = 0; i < clients; ++i) {
    for (std::size_t j = 0; j < servers; ++j) visit(i, j);
  }
}

std::vector<ForecastCell> forecast_cells(const Estate& estate, const States& states, const std::vector<Hop>& hops,
                                         const std::function<void(std::size_t)>& progress) {
  const Proof proof(estate);
  std::vector<ForecastCell> cells;
  for (std::size_t at = 0; at < hops.size(); ++at) {
    const Hop& hop = hops[at];
    const auto& clients = states.find(hop.client)->second;
    const auto& servers = states.find(hop.server)->second;
    each_pair_of_states(states, hop, [&](std::size_t i, std::size_t j) {
      ForecastCell cell = forecast_cell(estate, hop, clients[i], servers[j]);
      cell.hop = at;
      cell.client_state = static_cast<int>(i);
      cell.server_state = static_cast<int>(j);
      if (i == 0 && j == 0 && clients[i].changes.empty() && servers[j].changes.empty() && proof.of(hop)) prove(cell);
      cells.push_back(std::move(cell));
    });
    if (progress) progress(at + 1);
  }
  return cells;
}

}  // namespace ucready::forecast
