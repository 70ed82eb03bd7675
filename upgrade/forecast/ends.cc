#include "upgrade/forecast/ends.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/ip_address.h"
#include "core/printable.h"
#include "upgrade/forecast/chains.h"
#include "upgrade/forecast/end_facts.h"
#include "upgrade/forecast/inspection.h"
#include "upgrade/forecast/opinions.h"
#include "upgrade/forecast/presented.h"
#include "upgrade/forecast/trust_list.h"

namespace ucready::forecast {
namespace {

using negotiation::Anchor;
using negotiation::Chain;
using negotiation::ClientAuth;
using negotiation::Doubt;
using negotiation::doubt_over;
using negotiation::Ends;
using negotiation::KeyKind;
using negotiation::Side;

// How one end judges the other's chains: the store it looks into, or the doubt about what that holds.
struct Judging {
  trust::Presenter presenter;
  std::string cluster;
  std::string node;
  std::string store;
  Place presented_at;  // Of the other end.
};

negotiation::Profile& judge_of(Ends& ends, trust::Presenter presenter) {
  return presenter == trust::Presenter::server ? static_cast<negotiation::Profile&>(ends.client)
                                               : static_cast<negotiation::Profile&>(ends.server);
}
std::string store_name(const Judging& by) {
  return fmt::format("{} of {}", by.store.empty() ? "the trust store" : by.store,
                     by.presenter == trust::Presenter::server ? kClientName : kServerName);
}

Doubt doubt_over_anchor(std::string fact, const std::string& id, const Judging& by, std::vector<Anchor> values) {
  return doubt_over(std::move(fact), "trust", values, [id, presenter = by.presenter](Ends& ends, Anchor anchor) {
    judge_of(ends, presenter).trust.anchors[id] = anchor;
  });
}

// A trust list names the old one; whether the device loads the list that names the new one is assumed, where it can.
void follow_list(const trust::TrustStore& held, const trust::TrustStore* served, const Certificate& leaf,
                 const Judging& by, negotiation::Trust& trust, std::vector<Doubt>& doubts) {
  switch (following(held, leaf, served)) {
    case Following::not_named:
      return;
    case Following::other_list:
      trust.objections[leaf.sha256] = {
          .sentence = fmt::format("the trust list of {} knows no signer of the list of {}", kClientName, kServerName)};
      return;
    case Following::may_follow:
      break;
  }
  Doubt fetched = doubt_over_anchor(fmt::format("whether {} follows the renewal of {}", store_name(by), leaf.subject),
                                    leaf.sha256, by, {Anchor::pinned, Anchor::none});
  fetched.assumed = 0;
  doubts.push_back(std::move(fetched));
}

// A renewed certificate is another one: who holds the old one itself, and not its authority, does not know it.
void forget_exact(const Estate& estate, const PresentedChain& chain, const trust::TrustStore& store, const Judging& by,
                  negotiation::Trust& trust, std::vector<Doubt>& doubts) {
  const Certificate& leaf = *chain.certificates.front();
  Anchor& anchor = trust.anchors[leaf.sha256];
  if (store.holds(leaf)) return;  // The new one itself was brought there.
  if (anchor == Anchor::pinned || anchor == Anchor::leaf || (anchor == Anchor::root && leaf.self_signed))
    anchor = Anchor::none;
  if (by.store != kTrustListStore || !store.is_trust_list()) return;
  follow_list(store, list_served_by(estate, by.presented_at.cluster, by.presented_at.node), leaf, by, trust, doubts);
}

// Of two self-signed certificates of one name only one may be found (docs/sources.md: ATS, XCR; CSCwa12894).
bool holds_namesake(const PresentedChain& chain, const trust::TrustStore& store) {
  const Certificate& leaf = *chain.certificates.front();
  return leaf.self_signed && store.holds(leaf) &&
         std::ranges::any_of(store.authorities(), [&](const trust::TrustEntry& entry) {
           return entry.certificate && entry.certificate->self_signed && entry.subject == leaf.subject &&
                  entry.certificate->sha256 != leaf.sha256;
         });
}
void doubt_namesake(const PresentedChain& chain, const Judging& by, std::vector<Doubt>& doubts) {
  const Certificate& leaf = *chain.certificates.front();
  doubts.push_back(
      doubt_over_anchor(fmt::format("which of the certificates named {} counts in {}", leaf.subject, store_name(by)),
                        leaf.sha256, by, {Anchor::root, Anchor::none}));
}

// Voice systems hold copies of each other's certificates (bulk certificate export) and take them for trust in these
// very ones; that a copy of one that an authority signed will do is not confirmed.
void doubt_copy(const Estate& estate, const Judging& by, const negotiation::Profile& judge,
                std::vector<Doubt>& doubts) {
  const bool holds_copy =
      std::ranges::any_of(judge.trust.anchors, [](const auto& held) { return held.second == Anchor::leaf; });
  if (!is_vos(estate.product(by.cluster)) || !holds_copy) return;
  Doubt doubt = doubt_over(fmt::format("whether a copy of the certificate itself in {} is enough", store_name(by)),
                           "trust", std::vector{true, false}, [presenter = by.presenter](Ends& ends, bool enough) {
                             judge_of(ends, presenter).trust.partial_chains = enough;
                           });
  doubt.assumed = 0;
  doubts.push_back(std::move(doubt));
}

// What the store objects to; where it is not known whether this stack minds, a doubt.
void object(const std::string& id, const StoreOpinion& opinion, const Judging& by, negotiation::Profile& judge,
            std::vector<Doubt>& doubts) {
  if (!opinion.objection) return;
  judge.trust.objections[id] = *opinion.objection;
  if (!opinion.doubtful) return;
  const auto raise = [presenter = by.presenter, id, objection = *opinion.objection](Ends& ends, bool raised) {
    auto& objections = judge_of(ends, presenter).trust.objections;
    objections.erase(id);
    if (raised) objections.emplace(id, objection);
  };
  doubts.push_back(
      doubt_over(fmt::format("whether {} minds that {}", to_text(judge.stack), printable(opinion.objection->sentence)),
                 "stack", std::vector{true, false}, raise));
}

// The store, where it is known and there is something to judge. `at`: the day of the state whose chains these are.
const trust::TrustStore* judge(const Estate& estate, const Judging& by, const std::vector<PresentedChain>& presented,
                               Time at, Ends& both, std::vector<Doubt>& doubts) {
  const trust::TrustStore* const store = estate.store(by.cluster, by.node, by.store);
  negotiation::Profile& judge = judge_of(both, by.presenter);
  if (store != nullptr && !presented.empty()) {
    judge.trust.others = Anchor::none;
    for (const PresentedChain& chain : presented) {
      const std::string& id = chain.certificates.front()->sha256;
      const StoreOpinion opinion = estate.opinions().of(
          chain, {store, by.presenter, to_text(judge.stack), judge.security_level, at}, estate.intermediates());
      judge.trust.anchors[id] = opinion.anchor;
      if (is_renewed(chain)) forget_exact(estate, chain, *store, by, judge.trust, doubts);
      if (holds_namesake(chain, *store)) doubt_namesake(chain, by, doubts);
      object(id, opinion, by, judge, doubts);
    }
    doubt_copy(estate, by, judge, doubts);
    return store;
  }
  const auto vouch = [presenter = by.presenter](Ends& ends, Anchor anchor) {
    negotiation::Trust& of = judge_of(ends, presenter).trust;
    of.others = anchor;
    for (auto& [id, held] : of.anchors) held = anchor;
  };
  const char* const words = store == nullptr ? "what {} holds" : "whether {} vouches for a certificate not seen yet";
  doubts.push_back(doubt_over(fmt::format(fmt::runtime(words), store_name(by)), "trust",
                              std::vector{Anchor::root, Anchor::none}, vouch));
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

std::vector<Chain> without_ecdsa(std::vector<Chain> keys) {
  const bool other = std::ranges::any_of(keys, [](const Chain& chain) { return chain.key != KeyKind::ecdsa; });
  if (other) std::erase_if(keys, [](const Chain& chain) { return chain.key == KeyKind::ecdsa; });
  return keys;
}

// A listener that nobody scanned may have been seen by what it answered to its clients.
void add_measured_chains(HopEnds& hop) {
  for (const PresentedChain& seen : hop.measured_chains) {
    const bool known =
        std::ranges::any_of(hop.server_chains, [&](const PresentedChain& one) { return one.id == seen.id; });
    if (!known) hop.server_chains.push_back(seen);
  }
}

// A capture shows the certificate that was chosen; that there is none of the other kind beside it nobody has seen.
void doubt_other_kind(const Estate& estate, const ServerFacts& facts, HopEnds& hop) {
  const auto& keys = hop.ends.server.keys;
  const bool ecdsa = std::ranges::any_of(keys, [](const Chain& chain) { return chain.key == KeyKind::ecdsa; });
  const bool rsa = std::ranges::any_of(keys, [](const Chain& chain) { return chain.key == KeyKind::rsa; });
  if ((ecdsa && rsa) || !facts.may_present_ecdsa || !estate.may_have_more_chains(facts.place)) return;
  std::vector<Chain> both = keys;
  both.push_back(unseen(ecdsa ? KeyKind::rsa : KeyKind::ecdsa));
  hop.doubts.push_back(doubt_over(
      fmt::format("whether {} has an {} certificate besides", facts.name, ecdsa ? "RSA" : "ECDSA"), "certificate",
      std::vector{keys, both}, [](Ends& ends, const std::vector<Chain>& value) { ends.server.keys = value; }));
}

void add_server_keys(const Estate& estate, const ServerFacts& facts, const State& state, HopEnds& hop) {
  hop.server_chains = renewed(estate.chains_of_listener(facts.place), renewal_of(state));
  add_measured_chains(hop);
  const bool observed = !hop.server_chains.empty() && hop.server_chains.front().confidence == Confidence::observed;
  auto keys = keys_of(estate, hop.server_chains, state, observed || facts.may_present_ecdsa, hop.confidence);
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
  doubt_other_kind(estate, facts, hop);
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

// Below TLS 1.3 a client with two keys may show the one it loaded last (docs/negotiation.md).
void doubt_load_order(const ClientFacts& facts, HopEnds& hop) {
  const std::vector<Chain>& keys = hop.ends.client.keys;
  if (keys.size() < 2) return;
  Doubt doubt = doubt_over(fmt::format("which of its certificates {} loads last", facts.name), "certificate",
                           std::vector{keys, std::vector<Chain>(keys.rbegin(), keys.rend())},
                           [](Ends& ends, const std::vector<Chain>& value) { ends.client.keys = value; });
  doubt.assumed = 0;
  hop.doubts.push_back(std::move(doubt));
}

void add_client_keys(const Estate& estate, const ClientFacts& facts, const State& state, HopEnds& hop) {
  hop.client_chains = renewed(
      estate.chains_of_service(facts.place, facts.identity, facts.presents_none),
      facts.own_client_certificate && renewal_of(state) == Renewal::server_only ? Renewal::none : renewal_of(state));
  hop.ends.client.keys = keys_of(estate, hop.client_chains, state, true, hop.confidence);
  doubt_load_order(facts, hop);
  if (!hop.ends.client.keys.empty()) return;
  const std::string fact = fmt::format("the certificate that {} presents as a client", facts.name);
  std::vector<std::vector<Chain>> values = {{unseen(KeyKind::rsa)}, {}};
  if (facts.presents_none) std::ranges::reverse(values);
  Doubt doubt = doubt_over(fact, "certificate", values,
                           [](Ends& ends, const std::vector<Chain>& value) { ends.client.keys = value; });
  if (facts.presents_none) doubt.assumed = 0;
  hop.doubts.push_back(std::move(doubt));
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
  Doubt doubt = doubt_over(by_address ? fmt::format("the name by which {} calls {}", facts.name, kServerName)
                                      : fmt::format("whether {} checks the name of {}", facts.name, kServerName),
                           "name", std::vector{false, true}, fails);
  if (by_address) doubt.assumed = 0;
  ends.doubts.push_back(std::move(doubt));
}

}  // namespace

HopEnds ends_of(const Estate& estate, const Hop& hop, const State& client_state, const State& server_state) {
  HopEnds made;
  const ServerFacts server = server_facts(estate, hop, server_state, made);
  const ClientFacts client = client_facts(estate, hop, client_state, server_state, made);
  made.server_chains_at = day_of(estate, server_state);
  made.client_chains_at = day_of(estate, client_state);
  made.confidence = made.measured ? Confidence::observed : std::min(server.confidence, client.confidence);
  made.client_store = client.store;
  made.server_store = server.client_store;
  add_server_keys(estate, server, server_state, made);
  doubt_whether_loaded(estate.product(hop.server), server_state, hop.protocol, server.name, Side::server, made);
  const bool asked =
      made.ends.server.client_auth != ClientAuth::none || server.client_auth_doubtful || made.measured_request;
  if (asked) {
    add_client_keys(estate, client, client_state, made);
    doubt_whether_loaded(estate.product(hop.client), client_state, hop.protocol, client.name, Side::client, made);
  }
  made.upload_refused = refuses_upload(estate.product(hop.server), server_state) ||
                        (asked && refuses_upload(estate.product(hop.client), client_state));
  check_name(hop, client, made);
  if (client.may_verify) {
    made.client_holds =
        judge(estate, {trust::Presenter::server, hop.client, hop.client_node, client.store, server.place},
              made.server_chains, made.server_chains_at, made.ends, made.doubts);
  }
  if (asked) {
    made.server_holds =
        judge(estate, {trust::Presenter::client, hop.server, hop.server_node, server.client_store, client.place},
              made.client_chains, made.client_chains_at, made.ends, made.doubts);
  }
  doubt_inspection(estate, client.place, client_state, server.place, server_state, made);
  return made;
}

}  // namespace ucready::forecast
