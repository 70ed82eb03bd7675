#include "upgrade/forecast/ends.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/ip_address.h"
#include "core/printable.h"
#include "upgrade/forecast/chains.h"
#include "upgrade/forecast/end_facts.h"

namespace ucready::forecast {
namespace {

using negotiation::Anchor;
using negotiation::Chain;
using negotiation::ClientAuth;
using negotiation::Doubt;
using negotiation::doubt_over;
using negotiation::Ends;
using negotiation::KeyKind;

// How one end judges the other's chains: the store it looks into, or the doubt about what that holds.
struct Judging {
  trust::Presenter presenter;
  std::string cluster;
  std::string node;
  std::string store;
};

negotiation::Profile& judge_of(Ends& ends, trust::Presenter presenter) {
  return presenter == trust::Presenter::server ? static_cast<negotiation::Profile&>(ends.client)
                                               : static_cast<negotiation::Profile&>(ends.server);
}

void judge_by_store(const Estate& estate, const StoreQuestion& asked, const std::vector<PresentedChain>& presented,
                    negotiation::Profile& judge, std::vector<Doubt>& doubts) {
  for (const PresentedChain& chain : presented) {
    const std::string& id = chain.certificates.front()->sha256;
    const StoreOpinion opinion = opinion_of(chain, asked, estate.intermediates());
    judge.trust.anchors[id] = opinion.anchor;
    if (!opinion.objection) continue;
    judge.trust.objections[id] = *opinion.objection;
    if (!opinion.doubtful) continue;
    const auto raise = [presenter = asked.presenter, id, objection = *opinion.objection](Ends& ends, bool raised) {
      auto& objections = judge_of(ends, presenter).trust.objections;
      objections.erase(id);
      if (raised) objections.emplace(id, objection);
    };
    doubts.push_back(
        doubt_over(fmt::format("whether {} minds that {}", asked.stack, printable(opinion.objection->sentence)),
                   "stack", std::vector{true, false}, raise));
  }
  judge.trust.others = Anchor::none;
}

// The store, where it is known.
const trust::TrustStore* judge(const Estate& estate, const Judging& by, const std::vector<PresentedChain>& presented,
                               Ends& both, std::vector<Doubt>& doubts) {
  const trust::TrustStore* const store = by.store.empty() ? nullptr : estate.store(by.cluster, by.node, by.store);
  if (store != nullptr) {
    negotiation::Profile& judge = judge_of(both, by.presenter);
    judge_by_store(estate, {store, by.presenter, to_text(judge.stack), judge.security_level, estate.now()}, presented,
                   judge, doubts);
    return store;
  }
  const std::string fact = fmt::format("what {} of {} holds", by.store.empty() ? "the trust store" : by.store,
                                       by.node.empty() ? by.cluster : by.cluster + "/" + by.node);
  const auto vouch = [presenter = by.presenter](Ends& ends, Anchor anchor) {
    negotiation::Trust& of = judge_of(ends, presenter).trust;
    of.others = anchor;
    for (auto& [id, held] : of.anchors) held = anchor;
  };
  doubts.push_back(doubt_over(fact, "trust", std::vector{Anchor::root, Anchor::none}, vouch));
  return nullptr;
}

// Stands for a certificate that nobody has shown.
Chain unseen(KeyKind kind) {
  Chain chain;
  chain.id = kind == KeyKind::rsa ? "rsa" : "ecdsa";
  chain.key = kind;
  chain.key_bits = kind == KeyKind::rsa ? 2048 : 384;
  if (kind == KeyKind::ecdsa) chain.curve = {0x18};
  return chain;
}

std::vector<Chain> keys_of(const std::vector<PresentedChain>& presented, Time at, bool ecdsa, Confidence& confidence) {
  std::vector<Chain> keys;
  for (const PresentedChain& shown : presented) {
    const auto chain = chain_of(shown, at);
    if (!chain || (chain->key == KeyKind::ecdsa && !ecdsa)) continue;
    if (std::ranges::find(keys, chain->id, &Chain::id) != keys.end()) continue;
    keys.push_back(*chain);
    confidence = std::min(confidence, shown.confidence);
  }
  return keys;
}

std::vector<Chain> without_ecdsa(std::vector<Chain> keys) {
  const bool other = std::ranges::any_of(keys, [](const Chain& chain) { return chain.key != KeyKind::ecdsa; });
  if (other) std::erase_if(keys, [](const Chain& chain) { return chain.key == KeyKind::ecdsa; });
  return keys;
}

void add_server_keys(const Estate& estate, const ServerFacts& facts, HopEnds& hop) {
  hop.server_chains = estate.chains_of_listener(facts.place);
  const bool observed = !hop.server_chains.empty() && hop.server_chains.front().confidence == Confidence::observed;
  auto keys = keys_of(hop.server_chains, estate.now(), observed || facts.may_present_ecdsa, hop.confidence);
  if (keys.empty()) {
    const std::string fact = fmt::format("the certificate that {} presents", facts.name);
    std::vector<std::vector<Chain>> values = {{unseen(KeyKind::rsa)}};
    if (facts.may_present_ecdsa) {
      values.push_back({unseen(KeyKind::ecdsa)});
      values.push_back({unseen(KeyKind::rsa), unseen(KeyKind::ecdsa)});
    }
    hop.doubts.push_back(doubt_over(fact, "certificate", values,
                                    [](Ends& ends, const std::vector<Chain>& value) { ends.server.keys = value; }));
    return;
  }
  hop.ends.server.keys = keys;
  // The HTTPS interfaces of these products load the RSA certificate alone unless told otherwise.
  if (!facts.http_certificates || without_ecdsa(keys).size() == keys.size()) return;
  if (facts.http_certificates->confidence > Confidence::assumed) {
    if (facts.http_certificates->value == "rsa") hop.ends.server.keys = without_ecdsa(keys);
    return;
  }
  Doubt doubt =
      doubt_over(fmt::format("which certificates the HTTPS interfaces of {} load (http_certificates)", facts.name),
                 "setting", std::vector{without_ecdsa(keys), keys},
                 [](Ends& ends, const std::vector<Chain>& value) { ends.server.keys = value; });
  doubt.assumed = 0;
  hop.doubts.push_back(std::move(doubt));
}

void add_client_keys(const Estate& estate, const ClientFacts& facts, HopEnds& hop) {
  hop.client_chains = estate.chains_of_service(facts.place, facts.identity);
  hop.ends.client.keys = keys_of(hop.client_chains, estate.now(), true, hop.confidence);
  if (!hop.ends.client.keys.empty()) return;
  const std::string fact = fmt::format("the certificate that {} presents as a client", facts.name);
  hop.doubts.push_back(doubt_over(fact, "certificate", std::vector<std::vector<Chain>>{{unseen(KeyKind::rsa)}, {}},
                                  [](Ends& ends, const std::vector<Chain>& value) { ends.client.keys = value; }));
}

// The name the client asks for, held against each leaf.
void check_name(const Hop& hop, const ClientFacts& facts, HopEnds& ends) {
  if (facts.checks_name == std::optional(false) || ends.server_chains.empty()) return;
  const std::string& name = facts.server_name.empty() ? hop.address : facts.server_name;
  ends.checked_name = name;
  std::vector<std::string> wrong;
  for (const PresentedChain& chain : ends.server_chains) {
    if (!holds_name(chain, name)) wrong.push_back(chain.certificates.front()->sha256);
  }
  if (wrong.empty()) return;
  const bool by_address = facts.server_name.empty() && parse_ip_address(hop.address);
  const auto fails = [wrong](Ends& both, bool checked) {
    both.client.trust.check_name = checked;
    both.client.trust.wrongly_named = wrong;
  };
  if (!by_address && facts.checks_name) {
    fails(ends.ends, true);
    return;
  }
  // Which name the client was given is in its configuration, which shows an address here at most.
  Doubt doubt = doubt_over(by_address ? fmt::format("the name by which {} calls {}", facts.name, hop.address)
                                      : fmt::format("whether {} checks the name {}", facts.name, name),
                           "name", std::vector{false, true}, fails);
  if (by_address) doubt.assumed = 0;
  ends.doubts.push_back(std::move(doubt));
}

}  // namespace

HopEnds ends_of(const Estate& estate, const Hop& hop, const State& client_state, const State& server_state) {
  HopEnds made;
  const ServerFacts server = server_facts(estate, hop, server_state, made);
  const ClientFacts client = client_facts(estate, hop, client_state, made);
  made.client_store = client.store;
  made.server_store = server.client_store;
  add_server_keys(estate, server, made);
  const bool asked = made.ends.server.client_auth != ClientAuth::none || server.client_auth_doubtful;
  if (asked) add_client_keys(estate, client, made);
  check_name(hop, client, made);
  if (client.may_verify) {
    made.client_holds = judge(estate, {trust::Presenter::server, hop.client, hop.client_node, client.store},
                              made.server_chains, made.ends, made.doubts);
  }
  if (asked) {
    made.server_holds = judge(estate, {trust::Presenter::client, hop.server, hop.server_node, server.client_store},
                              made.client_chains, made.ends, made.doubts);
  }
  return made;
}

}  // namespace ucready::forecast
