#include "scanner/site_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/printable.h"
#include "scanner/identity_places.h"
#include "scanner/site_paths.h"
#include "trust/trust_folder.h"

namespace ucready::scanner {
namespace {

using Paths = std::vector<std::filesystem::path>;

// Leaf first, else as in the file.
std::vector<CertificatePtr> chain_of(const trust::TrustFile& file) {
  std::vector<CertificatePtr> chain;
  for (const trust::TrustEntry& entry : file.entries) {
    if (entry.certificate) chain.push_back(entry.certificate);
  }
  const auto leaf = std::ranges::find_if(chain, [](const CertificatePtr& certificate) { return !certificate->is_ca; });
  if (leaf != chain.end()) std::rotate(chain.begin(), leaf, leaf + 1);
  return chain;
}

class Spreader {
 public:
  Spreader(const Site& site, const upgrade::Catalogue& catalogue) : site_(site), catalogue_(catalogue) {}

  Result<SiteTrustFacts> spread() {
    for (const SiteCluster& cluster : site_.clusters) {
      if (auto added = add_stores(cluster); !added) return tl::unexpected<Error>(added.error());
      if (auto added = add_chains(cluster); !added) return tl::unexpected<Error>(added.error());
    }
    return std::move(facts_);
  }

 private:
  Result<void> add_stores(const SiteCluster& cluster) {
    const std::set<std::string> names = store_names(cluster);
    static const SiteNode kNone;
    if (cluster.nodes.empty()) return add_node_stores(cluster, kNone, names);
    for (const SiteNode& node : cluster.nodes) {
      if (auto added = add_node_stores(cluster, node, names); !added) return added;
    }
    return {};
  }

  // Where the catalogue names none, nothing tells by which store a listener judges its clients, and the short form says
  // that each of them would do.
  [[nodiscard]] bool listeners_name_stores(const std::string& product) const {
    const upgrade::Product* const known = catalogue_.find(product);
    return known != nullptr && std::ranges::any_of(known->interfaces, [](const upgrade::CatalogueInterface& interface) {
             return !interface.client_store.empty();
           });
  }

  std::set<std::string> store_names(const SiteCluster& cluster) const {
    std::set<std::string> names;
    if (const upgrade::Product* const product = catalogue_.find(cluster.product)) {
      for (const std::string_view store : stores_of(*product)) names.emplace(store);
    }
    const auto add_named = [&](const std::vector<SiteTrust>& trust) {
      for (const SiteTrust& entry : trust) names.insert(entry.store);
    };
    add_named(cluster.trust);
    for (const SiteNode& node : cluster.nodes) add_named(node.trust);
    if (names.size() > 1 && listeners_name_stores(cluster.product)) names.erase("");
    return names;
  }

  Result<void> add_node_stores(const SiteCluster& cluster, const SiteNode& node, const std::set<std::string>& names) {
    for (const std::string& store : names) {
      std::vector<const SiteTrust*> given = entries_for(node.trust, store);
      if (given.empty()) given = entries_for(cluster.trust, store);
      if (given.empty()) continue;  // Unknown.
      auto entries = read_store(given);
      if (!entries) return tl::unexpected<Error>(entries.error());
      facts_.stores.push_back({cluster.name, node.name, store, std::move(*entries)});
    }
    return {};
  }

  static std::vector<const SiteTrust*> entries_for(const std::vector<SiteTrust>& trust, const std::string& store) {
    std::vector<const SiteTrust*> found;
    for (const SiteTrust& entry : trust) {
      if (entry.store.empty() || entry.store == store) found.push_back(&entry);
    }
    return found;
  }

  Result<std::vector<db::TrustedCertificate>> read_store(const std::vector<const SiteTrust*>& given) {
    trust::TrustStore store;
    for (const SiteTrust* const entry : given) {
      const auto files = read_once(entry->files, entry->line);
      if (!files) return tl::unexpected<Error>(files.error());
      for (const trust::TrustFile& file : **files) store.add(file);
      for (const SitePin& pin : entry->pins) store.add(entry_of(pin));
    }
    return entries_of(store);
  }

  trust::TrustEntry entry_of(const SitePin& pin) const {
    trust::TrustEntry entry;
    entry.kind = trust::TrustKind::pinned;
    entry.hash = trust::CertificateHash{pin.algorithm, pin.hash};
    entry.roles = pin.roles;
    entry.source = site_.file.string();
    return entry;
  }

  Result<void> add_chains(const SiteCluster& cluster) {
    db::DeclaredChain subject{.cluster = cluster.name};
    if (auto added = add_chain_files(subject, cluster.certificates, cluster.line); !added) return added;
    if (auto added = add_identities(subject, cluster.product, cluster.identities); !added) return added;
    if (auto added = add_service_chains(subject, cluster.services); !added) return added;
    if (auto added = add_interface_chains(subject, cluster.interfaces); !added) return added;
    for (const SiteNode& node : cluster.nodes) {
      subject.node = node.name;
      if (auto added = add_chain_files(subject, node.certificates, node.line); !added) return added;
      if (auto added = add_identities(subject, cluster.product, node.identities); !added) return added;
      if (auto added = add_service_chains(subject, node.services); !added) return added;
      if (auto added = add_interface_chains(subject, node.interfaces); !added) return added;
    }
    return {};
  }

  Result<void> add_service_chains(db::DeclaredChain subject, const std::vector<SiteService>& services) {
    for (const SiteService& service : services) {
      subject.service = service.service;
      if (auto added = add_chain_files(subject, service.certificates, service.line); !added) return added;
    }
    return {};
  }

  Result<void> add_identities(db::DeclaredChain subject, const std::string& product,
                              const std::vector<SiteIdentity>& identities) {
    const upgrade::Product* const known = catalogue_.find(product);
    if (known == nullptr) return {};
    for (const SiteIdentity& identity : identities) {
      for (const IdentityPlace& place : places_of(*known, identity.identity)) {
        subject.service = place.service;
        subject.port = place.port;
        subject.protocol = place.protocol;
        subject.confidence = place.sure ? Confidence::declared : Confidence::assumed;
        if (auto added = add_chain_files(subject, identity.files, identity.line); !added) return added;
      }
    }
    return {};
  }

  Result<void> add_interface_chains(db::DeclaredChain subject,
                                    const std::optional<std::vector<SiteInterface>>& interfaces) {
    if (!interfaces) return {};
    for (const SiteInterface& interface : *interfaces) {
      subject.port = interface.port;
      subject.protocol = interface.protocol;
      if (auto added = add_chain_files(subject, interface.certificates, interface.line); !added) return added;
    }
    return {};
  }

  Result<void> add_chain_files(db::DeclaredChain chain, const Paths& paths, int line) {
    const auto files = read_once(paths, line);
    if (!files) return tl::unexpected<Error>(files.error());
    for (const trust::TrustFile& file : **files) {
      chain.source = file.source;
      chain.certificates = chain_of(file);
      if (!chain.certificates.empty()) facts_.chains.push_back(chain);
    }
    return {};
  }

  // The same files are named for many nodes.
  Result<const std::vector<trust::TrustFile>*> read_once(const Paths& paths, int line) {
    const auto known = read_.find(paths);
    if (known != read_.end()) return &known->second;
    auto files = trust::read_trust_paths(paths);
    if (!files) {
      return fail(files.error().code,
                  printable(fmt::format("{}:{}: {}", site_.file.string(), line, files.error().message)));
    }
    facts_.notes.insert(facts_.notes.end(), files->notes.begin(), files->notes.end());
    return &read_.emplace(paths, std::move(files->files)).first->second;
  }

  const Site& site_;
  const upgrade::Catalogue& catalogue_;
  SiteTrustFacts facts_;
  std::map<Paths, std::vector<trust::TrustFile>> read_;
};

}  // namespace

Result<SiteTrustFacts> read_site_trust(const Site& site, const upgrade::Catalogue& catalogue) {
  return Spreader(site, catalogue).spread();
}

std::vector<db::TrustedCertificate> entries_of(const trust::TrustStore& store) {
  std::vector<db::TrustedCertificate> entries;
  for (const trust::TrustEntry& entry : store.authorities()) {
    entries.push_back({.source = entry.source, .certificate = entry.certificate});
  }
  for (const trust::Pin& pin : store.pins()) {
    const trust::CertificateHash hash = pin.hash.value_or(trust::CertificateHash{});
    entries.push_back({pin.source, true, pin.certificate, hash.algorithm, hash.value, pin.subject, pin.roles});
  }
  return entries;
}

}  // namespace ucready::scanner
