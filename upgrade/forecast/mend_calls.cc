#include "upgrade/forecast/mend_calls.h"

#include <algorithm>

#include "upgrade/forecast/end_facts.h"
#include "upgrade/forecast/presented.h"
#include "upgrade/forecast/trust_list.h"

namespace ucready::forecast {
namespace {

using upgrade::CatalogueMend;

constexpr const char* kRenewal = "renewal";

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

// The certificate right above the last one that is sent; nullptr: nobody has shown it.
CertificatePtr issuer_of(const Estate& estate, const PresentedChain& chain) {
  const auto known = estate.authorities_by_subject().find(chain.certificates.back()->issuer);
  return known == estate.authorities_by_subject().end() ? nullptr : known->second;
}

const PresentedChain* find_chain(const std::vector<PresentedChain>& chains, const std::string& leaf) {
  const auto at =
      std::ranges::find_if(chains, [&](const PresentedChain& c) { return c.certificates.front()->sha256 == leaf; });
  return at == chains.end() ? nullptr : &*at;
}

// Whose certificate the reason is about; where it may be either's, both are looked at.
bool is_of_server(const std::string& reason) { return reason.find("client") == std::string::npos; }
bool is_of_client(const std::string& reason) {
  return reason.find("server") == std::string::npos && reason != "name_mismatch";
}

// One end of the hop.
struct End {
  bool client = false;
  std::string cluster;
  std::string node;
  std::string service;
  int port = 0;
  int state = 0;
  const std::vector<PresentedChain>& chains;
  const std::vector<PresentedChain>& others;  // Of the other end.
};

class Calls {
 public:
  Calls(const ChangedSite& site, const Ailing& ailing)
      : site_(site),
        ailing_(ailing),
        ends_(ends_of(site.estate(), site.changed(ailing.hop), site.state(ailing.hop.client, ailing.client_state),
                      site.state(ailing.hop.server, ailing.server_state))) {}

  std::vector<Change> all() {
    const Hop& hop = ailing_.hop;
    look_at({true, hop.client, hop.client_node, hop.client_service, 0, ailing_.client_state, ends_.client_chains,
             ends_.server_chains});
    look_at({false, hop.server, hop.server_node, "", hop.port, ailing_.server_state, ends_.server_chains,
             ends_.client_chains});
    return std::move(calls_);
  }

 private:
  void look_at(const End& end) {
    const upgrade::Product* const product = site_.estate().product(end.cluster);
    const auto& entries = product == nullptr ? site_.estate().catalogue().shared_mends() : product->mends;
    for (const CatalogueMend& entry : entries) {
      if (std::ranges::find(entry.reasons, ailing_.cell.reason) == entry.reasons.end()) continue;
      Change change;
      change.entry = upgrade::completed(entries, entry, identity_of(end, product));
      change.at_client = end.client;
      change.cluster = end.cluster;
      if (entry.kind == "trust") call_for_trust(end, product, std::move(change));
      if (entry.kind == "trust-list") call_for_list(end, std::move(change));
      if (entry.kind == "setting") call_for_setting(end, product, std::move(change));
      if (entry.kind == "withdraw") call_for_withdrawals(end, change);
      if (entry.kind == "certificate") call_for_certificates(end, change);
      if (entry.kind == "encrypted" && end.client && ailing_.hop.security == "authenticated") {
        change.server = ailing_.hop.server;
        calls_.push_back(std::move(change));
      }
    }
  }

  std::string identity_of(const End& end, const upgrade::Product* product) const {
    if (end.client) {
      const auto* const service = client_service_of(product, end.service, ailing_.hop.protocol);
      return service == nullptr ? "" : service->certificate;
    }
    const auto* const interface = interface_of(product, ailing_.hop.port, ailing_.hop.protocol);
    return interface == nullptr ? "" : interface->certificate;
  }

  // In the store of the end that judges.
  void call_for_trust(const End& end, const upgrade::Product* product, Change change) {
    const bool of_server = is_of_server(ailing_.cell.reason);
    if (end.client != of_server) return;
    const PresentedChain* chain = find_chain(end.others, ailing_.cell.certificate_sha256);
    if (chain == nullptr && !end.others.empty()) chain = &end.others.front();
    if (chain == nullptr) return;
    change.authority = ailing_.cell.reason == "missing_intermediate" ? issuer_of(site_.estate(), *chain)
                                                                     : authority_of(site_.estate(), *chain);
    change.store = end.client ? ends_.client_store : ends_.server_store;
    change.node = end.node;
    if (!change.authority || change.store.empty() || holds_list(end)) return;
    if (const auto* const store = product == nullptr ? nullptr : find_store(*product, change.store)) {
      change.entry.path = store->path;
      change.entry.restarts = store->restarts;
      change.entry.impact = store->impact;
      if (!store->verify.empty()) change.entry.verify += "; " + store->verify;
      change.entry.evidence = store->evidence;
    }
    calls_.push_back(std::move(change));
  }

  // Nobody adds a certificate to a trust list; a device takes the whole list that it is handed.
  bool holds_list(const End& end) const {
    const trust::TrustStore* const held = end.client ? ends_.client_holds : ends_.server_holds;
    return held != nullptr && held->is_trust_list();
  }
  void call_for_list(const End& end, Change change) {
    if (!end.client || ends_.client_store != kTrustListStore || !holds_list(end)) return;
    change.store = ends_.client_store;
    change.node = end.node;
    change.server = ailing_.hop.server;
    change.listener = {ailing_.hop.server, ailing_.hop.server_node, "", ailing_.hop.port};
    calls_.push_back(std::move(change));
  }

  // Where the course gives the setting its value, leaving that step out is the mend.
  void call_for_setting(const End& end, const upgrade::Product* product, Change change) {
    const std::string& name = change.entry.setting;
    if (product == nullptr || find_setting(*product, name) == nullptr) return;
    const std::string* const in_course = course_value(site_.state(end.cluster, end.state), name);
    if ((in_course != nullptr) != (name == kRenewal)) return;
    if (in_course != nullptr && *in_course == change.entry.value) return;
    narrow(end, name, change);
    calls_.push_back(std::move(change));
  }

  // To the place where the setting is stated: the narrowest stands over the others.
  void narrow(const End& end, const std::string& name, Change& change) const {
    const Place places[] = {{end.cluster, end.node, end.service, end.port},
                            {end.cluster, "", end.service, end.port},
                            {end.cluster, end.node, "", 0}};
    for (const Place& place : places) {
      bool stated = false;
      site_.estate().each_fact(place, [&](const std::string& fact, const Known&) { stated = stated || fact == name; });
      const bool whole = place.node.empty() && place.service.empty() && place.port == 0;
      if (!stated || whole) continue;
      change.node = place.node;
      change.service = place.service;
      change.port = place.port;
      return;
    }
  }

  void call_for_withdrawals(const End& end, const Change& change) {
    const auto& states = site_.states().find(end.cluster)->second;
    for (int at = 0; at <= end.state; ++at) {
      const State& state = states[static_cast<std::size_t>(at)];
      for (const auto& [setting, value] : state.changes) {
        const std::string* const earlier =
            at == 0 ? nullptr : course_value(states[static_cast<std::size_t>(at) - 1], setting);
        if (earlier != nullptr && *earlier == value) continue;
        Change step = change;
        step.setting = setting;
        step.value = value;
        step.state = at;
        calls_.push_back(std::move(step));
      }
    }
  }

  void call_for_certificates(const End& end, const Change& change) {
    if (!(end.client ? is_of_client(ailing_.cell.reason) : is_of_server(ailing_.cell.reason))) return;
    for (const PresentedChain& chain : end.chains) {
      if (is_renewed(chain)) continue;
      if (change.entry.change != "authority") {
        call_for_certificate(change, chain, nullptr);
        continue;
      }
      std::set<std::string> issuers;
      for (const auto* const chains : {&end.chains, &end.others}) {
        for (const PresentedChain& like : *chains) {
          if (!is_renewed(like) && issuers.insert(like.certificates.front()->issuer).second)
            call_for_certificate(change, chain, &like);
        }
      }
    }
  }

  void call_for_certificate(Change change, const PresentedChain& chain, const PresentedChain* like) {
    change.instead = reissued(chain, change.entry.change, ends_.checked_name, like);
    if (change.instead == nullptr) return;
    change.leaf = chain.certificates.front()->sha256;
    if (like != nullptr) change.authority = authority_of(site_.estate(), *like);
    if (like != nullptr && !change.authority) return;
    calls_.push_back(std::move(change));
  }

  const ChangedSite& site_;
  const Ailing& ailing_;
  HopEnds ends_;
  std::vector<Change> calls_;
};

}  // namespace

bool ails(const db::ForecastCell& cell) {
  return cell.outcome == db::HopOutcome::breaks ||
         (cell.outcome == db::HopOutcome::unknown && cell.reason == "missing_certificate");
}

std::vector<Change> calls_of(const ChangedSite& site, const Ailing& ailing) { return Calls(site, ailing).all(); }

}  // namespace ucready::forecast
