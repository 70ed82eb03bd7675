#include "upgrade/forecast/mends.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

#include "core/printable.h"
#include "trust/digest.h"
#include "upgrade/forecast/chains.h"

namespace ucready::forecast {
namespace {

using db::ForecastCell;
using db::HopOutcome;
using db::Mend;

constexpr std::size_t kMostMends = 1000;

// The states a hop is in after each wave.
class Walkthrough {
 public:
  explicit Walkthrough(const CourseOfHops& course) : course_(course) {
    for (const auto& [cluster, states] : course.states) standing_[cluster] = {{0, 0}};
    for (std::size_t wave = 1; wave < course.waves.size(); ++wave) {
      for (const db::ForecastStep& move : course.waves[wave].moves)
        standing_[move.cluster].push_back({static_cast<int>(wave), move.after});
    }
  }
  struct At {
    int wave;
    const ForecastCell* cell;
  };
  // One entry for each pair of states the hop is in, with the first wave it is so.
  [[nodiscard]] std::vector<At> of(std::size_t hop) const {
    std::vector<At> pairs;
    const db::DeclaredHop& declared = course_.hops.declared(hop);
    const auto& client = standing_.find(declared.client)->second;
    const auto& server = standing_.find(declared.server)->second;
    for (std::size_t i = 0, j = 0; i < client.size() && j < server.size();) {
      pairs.push_back(
          {std::max(client[i].wave, server[j].wave), &course_.cells.at(hop, client[i].state, server[j].state)});
      const int next_client = i + 1 < client.size() ? client[i + 1].wave : std::numeric_limits<int>::max();
      const int next_server = j + 1 < server.size() ? server[j + 1].wave : std::numeric_limits<int>::max();
      i += next_client <= next_server ? 1 : 0;
      j += next_server <= next_client ? 1 : 0;
    }
    return pairs;
  }

 private:
  struct Since {
    int wave;
    int state;
  };
  const CourseOfHops& course_;
  std::unordered_map<std::string, std::vector<Since>> standing_;
};

// One change with the hops that call for it.
struct Proposal {
  Mend mend;
  std::string cluster;  // Of the store.
  std::string node;
  std::string store;
  CertificatePtr authority;  // To be trusted.
  std::set<std::size_t> hops;
};

std::string place_name(const std::string& cluster, const std::string& node) {
  return node.empty() ? cluster : cluster + "/" + node;
}

// The topmost known certificate above the leaf; the leaf itself where it is self-signed.
CertificatePtr authority_of(const Estate& estate, const PresentedChain& chain) {
  const CertificatePtr& leaf = chain.certificates.front();
  if (leaf->self_signed) return leaf;
  CertificatePtr top;
  std::string wanted = leaf->issuer;
  constexpr int kMostDepth = 16;
  for (int depth = 0; depth < kMostDepth; ++depth) {
    const auto sent = std::ranges::find_if(chain.certificates,
                                           [&](const CertificatePtr& c) { return c->is_ca && c->subject == wanted; });
    const auto known = estate.authorities_by_subject().find(wanted);
    if (sent == chain.certificates.end() && known == estate.authorities_by_subject().end()) break;
    top = sent != chain.certificates.end() ? *sent : known->second;
    if (top->self_signed) break;
    wanted = top->issuer;
  }
  return top;
}

const PresentedChain* find_chain(const std::vector<PresentedChain>& chains, const std::string& leaf) {
  const auto at =
      std::ranges::find_if(chains, [&](const PresentedChain& c) { return c.certificates.front()->sha256 == leaf; });
  return at == chains.end() ? nullptr : &*at;
}

void word_trust(const Estate& estate, Proposal& proposal) {
  const upgrade::Product* const product = estate.product(proposal.cluster);
  const upgrade::CatalogueStore* const store = product == nullptr ? nullptr : find_store(*product, proposal.store);
  const std::string subject = printable(proposal.authority->subject);
  Mend& mend = proposal.mend;
  mend.target = fmt::format("{} {}", place_name(proposal.cluster, proposal.node), proposal.store);
  mend.what = fmt::format("trust {} (SHA-256 {}) in {} of {}", subject, proposal.authority->sha256.substr(0, 16),
                          proposal.store, place_name(proposal.cluster, proposal.node));
  mend.precondition = "the certificate at hand as a PEM file, its SHA-256 compared with the one named here";
  mend.path = store == nullptr ? "import it into the trust store of this system" : store->path;
  mend.restarts = store == nullptr ? "as the maker says" : store->restarts;
  mend.verify = fmt::format("ucready trust who {} --db FILE after the next import or 'trust add'{}",
                            proposal.authority->sha256.substr(0, 16),
                            store == nullptr || store->verify.empty() ? "" : "; " + store->verify);
  mend.undo = "delete that certificate from the store again, with the same restarts";
}

class Proposals {
 public:
  Proposals(Estate& estate, const CourseOfHops& course) : estate_(estate), course_(course), walk_(course) {}

  std::vector<Mend> run() {
    for (std::size_t hop = 0; hop < course_.hops.size(); ++hop) {
      for (const auto& [wave, cell] : walk_.of(hop)) {
        if (cell->outcome == HopOutcome::breaks) propose(hop, wave, *cell);
      }
    }
    std::vector<Mend> mends;
    for (auto& [key, proposal] : proposals_) {
      if (mends.size() == kMostMends) break;
      try_out(proposal);
      if (proposal.mend.saves == 0) continue;
      proposal.mend.id = to_hex(trust::sha256(as_bytes(key))).substr(0, 16);
      mends.push_back(std::move(proposal.mend));
    }
    std::ranges::sort(mends, {},
                      [](const Mend& mend) { return std::tuple(mend.before_wave, -mend.saves, mend.breaks, mend.id); });
    return mends;
  }

 private:
  void propose(std::size_t at, int wave, const ForecastCell& cell) {
    const Hop hop = course_.hops[at];
    if (cell.reason == "untrusted_server_certificate" || cell.reason == "untrusted_client_certificate" ||
        cell.reason == "missing_intermediate") {
      propose_trust(at, wave, cell);
    } else if (cell.reason == "authenticated_mode") {
      Proposal& proposal = at_key(fmt::format("encrypted\n{}\n{}", hop.client, hop.server), wave, at);
      proposal.mend.what = fmt::format("set the device security mode of {} to encrypted", hop.client);
      proposal.mend.target = hop.client;
      proposal.mend.restarts = "reset of these devices or trunks";
      proposal.mend.precondition = "mixed mode, or SIP OAuth";
      proposal.mend.path =
          "CUCM Administration > System > Security > Phone Security Profile, or SIP Trunk Security Profile";
      proposal.mend.verify = "the devices register again; ucready capture sees TLS sessions with encryption";
      proposal.mend.undo = "set authenticated again, with the same reset";
    }
  }

  Proposal& at_key(const std::string& key, int wave, std::size_t hop) {
    const auto [found, added] = proposals_.try_emplace(key);
    found->second.mend.before_wave = added ? wave : std::min(found->second.mend.before_wave, wave);
    found->second.hops.insert(hop);
    return found->second;
  }

  void propose_trust(std::size_t at, int wave, const ForecastCell& cell) {
    const Hop hop = course_.hops[at];
    const auto& clients = course_.states.find(hop.client)->second;
    const auto& servers = course_.states.find(hop.server)->second;
    const HopEnds ends = ends_of(estate_, hop, clients[static_cast<std::size_t>(cell.client_state)],
                                 servers[static_cast<std::size_t>(cell.server_state)]);
    const bool of_server = cell.reason != "untrusted_client_certificate";
    const auto& chains = of_server ? ends.server_chains : ends.client_chains;
    const PresentedChain* chain = of_server ? find_chain(chains, cell.certificate_sha256) : nullptr;
    if (chain == nullptr && !chains.empty()) chain = &chains.front();
    const CertificatePtr authority = chain == nullptr ? nullptr : authority_of(estate_, *chain);
    const std::string& store = of_server ? ends.client_store : ends.server_store;
    const std::string& cluster = of_server ? hop.client : hop.server;
    const std::string& node = of_server ? hop.client_node : hop.server_node;
    if (!authority || store.empty()) return;
    Proposal& proposal =
        at_key(fmt::format("trust\n{}\n{}\n{}\n{}", cluster, node, store, authority->sha256), wave, at);
    proposal.cluster = cluster;
    proposal.node = node;
    proposal.store = store;
    proposal.authority = authority;
    word_trust(estate_, proposal);
  }

  [[nodiscard]] bool breaks_somewhere(std::size_t hop) const {
    return std::ranges::any_of(walk_.of(hop), [](const auto& at) { return at.cell->outcome == HopOutcome::breaks; });
  }
  [[nodiscard]] bool would_break(std::size_t at, const Hop& hop) const {
    const auto& clients = course_.states.find(hop.client)->second;
    const auto& servers = course_.states.find(hop.server)->second;
    return std::ranges::any_of(walk_.of(at), [&](const auto& pair) {
      return forecast_cell(estate_, hop, clients[static_cast<std::size_t>(pair.cell->client_state)],
                           servers[static_cast<std::size_t>(pair.cell->server_state)])
                 .outcome == HopOutcome::breaks;
    });
  }

  // Hops of one kind fare alike where the mend is at the same end of them.
  struct Tried {
    bool saves = false;
    bool breaks = false;
  };
  using Trials = std::map<std::pair<std::uint32_t, bool>, Tried>;
  void count(std::size_t at, const Hop& changed, bool at_client, Trials& trials, Mend& mend) const {
    const auto [tried, is_new] = trials.try_emplace({course_.cells.kinds.of_hop[at], at_client});
    if (is_new) {
      const bool before = breaks_somewhere(at);
      const bool after = would_break(at, changed);
      tried->second = {before && !after, !before && after};
    }
    mend.saves += tried->second.saves ? 1 : 0;
    mend.breaks += tried->second.breaks ? 1 : 0;
  }

  // The hops of a node, as client or server.
  const std::vector<std::size_t>& hops_of(const std::string& cluster, const std::string& node) {
    if (hops_of_node_.empty()) {
      for (std::size_t at = 0; at < course_.hops.size(); ++at) {
        const Hop hop = course_.hops[at];
        hops_of_node_[{hop.client, hop.client_node}].push_back(at);
        if (hop.client != hop.server || hop.client_node != hop.server_node)
          hops_of_node_[{hop.server, hop.server_node}].push_back(at);
      }
    }
    return hops_of_node_[{cluster, node}];
  }

  // A store can only change hops of the node that has it.
  void try_out(Proposal& proposal) {
    Trials trials;
    if (!proposal.authority) {
      for (const std::size_t at : proposal.hops) {
        Hop changed = course_.hops[at];
        changed.security = "encrypted";
        count(at, changed, true, trials, proposal.mend);
      }
      return;
    }
    const trust::TrustStore* const held = estate_.store(proposal.cluster, proposal.node, proposal.store);
    if (held == nullptr) return;
    const Estate::StoreKey place{proposal.cluster, proposal.node, proposal.store};
    const auto before = estate_.put_store(place, Estate::with_authority(*held, proposal.authority));
    for (const std::size_t at : hops_of(proposal.cluster, proposal.node)) {
      const Hop hop = course_.hops[at];
      count(at, hop, hop.client == proposal.cluster && hop.client_node == proposal.node, trials, proposal.mend);
    }
    estate_.put_store(place, before);
  }

  Estate& estate_;
  const CourseOfHops& course_;
  Walkthrough walk_;
  std::map<std::string, Proposal> proposals_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> hops_of_node_;
};

}  // namespace

std::vector<Mend> find_mends(Estate& estate, const CourseOfHops& course) { return Proposals(estate, course).run(); }

}  // namespace ucready::forecast
