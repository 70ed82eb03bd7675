#include "upgrade/forecast/estate.h"

#include <algorithm>

#include "db/identified_lookup.h"
#include "trust/certificate.h"
#include "upgrade/forecast/measured.h"
#include "upgrade/forecast/opinions.h"

namespace ucready::forecast {

Estate::Estate(const upgrade::Catalogue& catalogue, db::EstateRows rows, const std::vector<db::HeldSet>& stores,
               Time now)
    : catalogue_(catalogue), rows_(std::move(rows)), now_(now) {
  for (const Fact& fact : rows_.facts) {
    // A conclusion: whatever was told of the cluster, however wide, is surer.
    if (fact.source == db::kFingerprint) {
      fingerprints_[{fact.cluster, fact.node, fact.port, fact.name}] = fact.value;
      continue;
    }
    facts_[{fact.cluster, fact.node, fact.service, fact.port, fact.name}] = {fact.value, fact.confidence};
    if (fact.cluster.empty()) continue;
    auto& nodes = nodes_[fact.cluster];
    if (!fact.node.empty()) nodes.insert(fact.node);
  }
  for (const db::SeenInterface& interface : rows_.interfaces) {
    seen_[{interface.cluster, interface.node, interface.port}] = &interface;
  }
  trust::CertificateCache cache;
  for (const auto& [id, ders] : rows_.chains) {
    for (const Bytes& der : ders) {
      const CertificatePtr certificate = cache.read(der);
      chains_[id].push_back(certificate);
      if (!certificate->is_ca) continue;
      authorities_.try_emplace(certificate->subject, certificate);
      if (!certificate->self_signed) intermediates_.push_back(certificate);
    }
  }
  for (const db::SeenChain& chain : rows_.declared_chains) declared_[{chain.cluster, chain.node}].push_back(&chain);
  for (const db::CapturedServer& server : rows_.captured.servers)
    captured_servers_[{server.cluster, server.node, server.port}] = &server;
  for (const db::CapturedClient& client : rows_.captured.clients)
    captured_clients_[{client.cluster, client.node, client.service}].push_back(client.chain_id);
  for (const db::SeenSessions& seen : rows_.sessions) {
    if (!seen.offer_id.empty()) offers_[{seen.client, seen.client_node, seen.client_service}].insert(seen.offer_id);
  }
  read_stores(stores);
  measured_ = std::make_shared<const MeasuredAnswers>(*this);
  opinions_ = std::make_shared<Opinions>();
}

void Estate::read_stores(const std::vector<db::HeldSet>& sets) {
  trust::CertificateCache cache;
  for (const db::HeldSet& set : sets) {
    const auto store = std::make_shared<trust::TrustStore>();
    for (const db::TrustedCertificate& entry : set.entries) {
      trust::TrustEntry trusted;
      trusted.kind = entry.pinned ? trust::TrustKind::pinned : trust::TrustKind::ca;
      if (entry.certificate) trusted.certificate = cache.read(entry.certificate->der);
      if (!entry.certificate && !entry.hash.empty()) {
        trusted.hash = trust::CertificateHash{entry.hash_algorithm, entry.hash};
      }
      trusted.subject = entry.subject;
      trusted.roles = entry.roles;
      trusted.source = entry.source;
      if (trusted.certificate && trusted.certificate->is_ca) {
        authorities_.try_emplace(trusted.certificate->subject, trusted.certificate);
      }
      store->add(trusted);
    }
    for (const db::StorePlace& place : set.places) {
      if (place.site != rows_.site && !place.site.empty()) continue;
      stores_[{place.cluster, place.node, place.store}] = store;
    }
  }
}

Known Estate::fact(const Place& at, const std::string& name) const {
  const FactKey keys[] = {{at.cluster, at.node, at.service, at.port, name},
                          {at.cluster, "", at.service, at.port, name},
                          {at.cluster, at.node, "", 0, name},
                          {at.cluster, "", "", 0, name}};
  for (const FactKey& key : keys) {
    if (const auto found = facts_.find(key); found != facts_.end()) return found->second;
  }
  return {};
}

Known Estate::fact_or_fingerprint(const Place& at, const std::string& name) const {
  const Known told = fact(at, name);
  if (told && told.confidence > Confidence::assumed) return told;
  const auto found = fingerprints_.find({at.cluster, at.node, at.port, name});
  return found == fingerprints_.end() ? told : Known{found->second, Confidence::assumed};
}

void Estate::each_fact(const Place& place, const std::function<void(const std::string&, const Known&)>& tell) const {
  for (auto at = facts_.lower_bound({place.cluster, place.node, place.service, place.port, ""}); at != facts_.end();
       ++at) {
    const auto& [cluster, node, service, port, name] = at->first;
    if (cluster != place.cluster || node != place.node || service != place.service || port != place.port) return;
    tell(name, at->second);
  }
}

const upgrade::Product* Estate::product(const std::string& cluster) const {
  const Known id = fact({cluster, "", "", 0}, "product");
  return id ? catalogue_.find(id.value) : nullptr;
}

const std::set<std::string>& Estate::nodes(const std::string& cluster) const {
  static const std::set<std::string> none;
  const auto found = nodes_.find(cluster);
  return found == nodes_.end() ? none : found->second;
}

std::vector<std::string> Estate::clusters() const {
  std::vector<std::string> names;
  for (const auto& [name, nodes] : nodes_) names.push_back(name);
  return names;
}

const db::SeenInterface* Estate::seen(const std::string& cluster, const std::string& node, int port) const {
  const auto found = seen_.find({cluster, node, port});
  return found == seen_.end() ? nullptr : found->second;
}

std::vector<PresentedChain> Estate::chains_seen(const db::SeenInterface& met, Confidence confidence) const {
  std::vector<NamedChain> named;
  for (const std::string& id : met.chain_ids) named.push_back({id, confidence});
  return chains_named(named);
}

std::vector<PresentedChain> Estate::chains_named(const std::vector<NamedChain>& named) const {
  std::vector<PresentedChain> chains;
  for (const auto& [id, confidence] : named) {
    const auto found = chains_.find(id);
    if (found == chains_.end() || found->second.empty()) continue;
    chains.push_back({id, found->second, confidence});
    if (instead_.empty()) continue;
    const auto instead = instead_.find(found->second.front()->sha256);
    if (instead == instead_.end()) continue;
    chains.back().certificates = instead->second->certificates;
    chains.back().reissue = instead->second->reissue;
  }
  return chains;
}

// The node's own before the cluster's, those of the port or service before those of all.
std::vector<Estate::NamedChain> Estate::declared_ids(const Place& place, bool for_it_alone) const {
  std::vector<NamedChain> narrow;
  std::vector<NamedChain> wide;
  for (const std::string& node : {place.node, std::string()}) {
    const auto found = declared_.find({place.cluster, node});
    if (found == declared_.end()) continue;
    for (const db::SeenChain* const chain : found->second) {
      const NamedChain named{chain->chain_id, chain->confidence};
      if (chain->port == place.port && chain->service == place.service) narrow.push_back(named);
      if (chain->port == 0 && chain->service.empty()) wide.push_back(named);
    }
    if (!narrow.empty() || !wide.empty()) break;
  }
  return narrow.empty() && !for_it_alone ? wide : narrow;
}

std::vector<PresentedChain> Estate::chains_captured(const std::vector<std::string>& ids) const {
  std::vector<NamedChain> named;
  for (const std::string& id : ids) named.push_back({id, Confidence::observed});
  return chains_named(named);
}

const db::CapturedServer* Estate::captured(const Place& listener) const {
  const auto found = captured_servers_.find({listener.cluster, listener.node, listener.port});
  return found == captured_servers_.end() ? nullptr : found->second;
}

namespace {

// Whether each of the leaves that were captured is among these.
bool hold_all(const std::vector<PresentedChain>& chains, const std::vector<PresentedChain>& captured) {
  return std::ranges::all_of(captured, [&](const PresentedChain& seen) {
    return std::ranges::any_of(chains, [&](const PresentedChain& chain) {
      return chain.certificates.front()->sha256 == seen.certificates.front()->sha256;
    });
  });
}

}  // namespace

std::vector<PresentedChain> Estate::chains_of_listener(const Place& place) const {
  if (const db::SeenInterface* const met = seen(place.cluster, place.node, place.port);
      met != nullptr && !met->chain_ids.empty()) {
    return chains_seen(*met, Confidence::observed);
  }
  auto declared = chains_named(declared_ids({place.cluster, place.node, "", place.port}, false));
  const db::CapturedServer* const met = captured(place);
  if (met == nullptr) return declared;
  auto shown = chains_captured(met->chain_ids);
  return !declared.empty() && hold_all(declared, shown) ? declared : shown;
}

bool Estate::may_have_more_chains(const Place& listener) const {
  const db::SeenInterface* const scanned = seen(listener.cluster, listener.node, listener.port);
  if ((scanned != nullptr && !scanned->chain_ids.empty()) || captured(listener) == nullptr) return false;
  const auto chains = chains_of_listener(listener);
  return std::ranges::any_of(chains, [](const PresentedChain& c) { return c.confidence == Confidence::observed; });
}

std::vector<PresentedChain> Estate::chains_of_service(const Place& place, const std::string& identity,
                                                      bool presents_none) const {
  const auto captured = captured_clients_.find({place.cluster, place.node, place.service});
  const auto shown =
      captured == captured_clients_.end() ? std::vector<PresentedChain>() : chains_captured(captured->second);
  auto declared = chains_named(declared_ids({place.cluster, place.node, place.service, 0}, presents_none));
  if (!declared.empty()) return hold_all(declared, shown) ? declared : shown;
  const upgrade::Product* const made = product(place.cluster);
  if (identity.empty() || made == nullptr) return shown;
  for (const upgrade::CatalogueInterface& interface : made->interfaces) {
    if (interface.certificate != identity) continue;
    const db::SeenInterface* const met = seen(place.cluster, place.node, interface.port);
    if (met == nullptr || met->chain_ids.empty()) continue;
    auto alike = chains_seen(*met, Confidence::assumed);
    return hold_all(alike, shown) ? alike : shown;
  }
  return shown;
}

std::optional<PresentedChain> Estate::chain_named(const std::string& id) const {
  auto chains = chains_named({NamedChain{id, Confidence::observed}});
  return chains.empty() ? std::nullopt : std::optional(std::move(chains.front()));
}

bool Estate::is_as_told(const std::string& cluster) const {
  const auto first = told_.lower_bound({cluster, "", "", 0, ""});
  return first == told_.end() || std::get<0>(first->first) != cluster;
}

std::map<std::string, std::set<CertificatePtr>> Estate::certificates_by_cluster() const {
  std::map<std::string, std::set<CertificatePtr>> all;
  const auto add = [&](const std::string& cluster, const std::string& id) {
    const auto found = chains_.find(id);
    if (found != chains_.end()) all[cluster].insert(found->second.begin(), found->second.end());
  };
  for (const db::SeenChain& chain : rows_.declared_chains) add(chain.cluster, chain.chain_id);
  for (const db::SeenInterface& interface : rows_.interfaces) {
    for (const std::string& id : interface.chain_ids) add(interface.cluster, id);
  }
  return all;
}

const trust::TrustStore* Estate::store(const std::string& cluster, const std::string& node,
                                       const std::string& name) const {
  for (const StoreKey& key : {StoreKey{cluster, node, name}, StoreKey{cluster, node, ""}, StoreKey{cluster, "", name},
                              StoreKey{cluster, "", ""}}) {
    if (const auto found = stores_.find(key); found != stores_.end()) return found->second.get();
  }
  return nullptr;
}

std::optional<PresentedChain> Estate::chain_led_by(const std::string& leaf) const {
  const auto found = std::ranges::find_if(
      chains_, [&](const auto& chain) { return !chain.second.empty() && chain.second.front()->sha256 == leaf; });
  if (found == chains_.end()) return std::nullopt;
  return PresentedChain{found->first, found->second};
}

namespace {

std::shared_ptr<trust::TrustStore> copy_without(const trust::TrustStore& store, const Certificate* left_out) {
  auto copy = std::make_shared<trust::TrustStore>();
  for (const trust::TrustEntry& entry : store.authorities()) {
    if (left_out == nullptr || entry.certificate == nullptr || entry.certificate->sha256 != left_out->sha256)
      copy->add(entry);
  }
  for (const trust::Pin& pin : store.pins()) {
    if (left_out != nullptr && pin.is_of(*left_out)) continue;
    trust::TrustEntry entry;
    entry.kind = trust::TrustKind::pinned;
    entry.certificate = pin.certificate;
    entry.hash = pin.hash;
    entry.subject = pin.subject;
    entry.roles = pin.roles;
    entry.source = pin.source;
    copy->add(entry);
  }
  return copy;
}

}  // namespace

std::shared_ptr<trust::TrustStore> Estate::without(const trust::TrustStore& store, const Certificate& certificate) {
  return copy_without(store, &certificate);
}

std::shared_ptr<trust::TrustStore> Estate::copy_of(const trust::TrustStore& store) {
  return copy_without(store, nullptr);
}

std::shared_ptr<trust::TrustStore> Estate::with_authority(const trust::TrustStore& store,
                                                          const CertificatePtr& authority) {
  auto wider = copy_of(store);
  trust::TrustEntry added;
  added.certificate = authority;
  added.subject = authority->subject;
  wider->add(added);
  return wider;
}

std::shared_ptr<trust::TrustStore> Estate::put_store(const StoreKey& place, std::shared_ptr<trust::TrustStore> store) {
  const auto at = stores_.find(place);
  auto before = at == stores_.end() ? nullptr : at->second;
  if (store != nullptr) {
    stores_[place] = std::move(store);
  } else if (at != stores_.end()) {
    stores_.erase(at);
  }
  return before;
}

void Estate::put_chain(const std::string& leaf, std::shared_ptr<const PresentedChain> instead) {
  if (instead != nullptr) {
    instead_[leaf] = std::move(instead);
  } else {
    instead_.erase(leaf);
  }
}

Known Estate::put_fact(const Place& place, const std::string& name, const Known& known) {
  const FactKey key{place.cluster, place.node, place.service, place.port, name};
  const auto at = facts_.find(key);
  const Known before = at == facts_.end() ? Known{} : at->second;
  const auto told = told_.try_emplace(key, before).first;
  if (told->second.value == known.value) told_.erase(told);
  if (known) {
    facts_[key] = known;
  } else if (at != facts_.end()) {
    facts_.erase(at);
  }
  return before;
}

const std::set<std::string>& Estate::offers(const std::string& cluster, const std::string& node,
                                            const std::string& service) const {
  static const std::set<std::string> none;
  const auto found = offers_.find({cluster, node, service});
  return found == offers_.end() ? none : found->second;
}

std::vector<SeenHello> Estate::hellos(const std::string& cluster, const std::string& node,
                                      const std::string& service) const {
  std::vector<SeenHello> hellos;
  for (const std::string& id : offers(cluster, node, service)) {
    const auto bytes = rows_.hellos.find(id);
    constexpr std::size_t kHeader = 4;
    if (bytes == rows_.hellos.end() || bytes->second.size() <= kHeader) continue;
    auto hello = tls::read_client_hello(ByteView(bytes->second).subspan(kHeader));
    if (hello) hellos.push_back({id, std::move(*hello)});
  }
  return hellos;
}

}  // namespace ucready::forecast
