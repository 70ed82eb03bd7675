#include "scanner/imported_estate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/ip_address.h"
#include "scanner/identity_places.h"
#include "scanner/imported_groups.h"
#include "scanner/imported_peers.h"
#include "scanner/imported_phone_hops.h"
#include "scanner/imported_trunks.h"
#include "scanner/imported_users.h"
#include "scanner/site_paths.h"
#include "scanner/site_reading.h"
#include "upgrade/told_release.h"

namespace ucready::scanner {
namespace {

using imports::Told;
using imports::ToldFact;
using imports::ToldHop;
using Place = ImportedSystems::Place;

// Names for finding systems, which are no facts for a forecast.
bool only_names(std::string_view fact) {
  constexpr std::array<std::string_view, 7> kNames = {"alias",        "fqdn",    "domain_name", "peer_address",
                                                      "cluster_name", "product", "runs"};
  return std::ranges::find(kNames, fact) != kNames.end();
}

class Joiner {
 public:
  Joiner(const std::vector<Told>& exports, const std::vector<Fact>& known, ImportedSystems& systems,
         const upgrade::Catalogue& catalogue)
      : exports_(exports), known_(known), systems_(systems), catalogue_(catalogue) {
    for (const Fact& fact : known) {
      const bool is_of_node = !fact.node.empty() && fact.service.empty() && fact.port == 0 && fact.name == "release";
      if (is_of_node && fact.confidence >= Confidence::imported) known_releases_[fact.cluster][fact.node] = fact.value;
    }
  }

  ImportedEstate join() {
    for (at_ = 0; at_ < exports_.size(); ++at_) {
      const Place* const owner = systems_.owner(at_);
      add_source(owner);
      add_node_facts();
      if (owner == nullptr) continue;
      add_facts(*owner);
      add_stores(*owner);
      add_identities(*owner);
      add_hops(*owner);
    }
    add_trunks();
    const ImportedLists lists(exports_, known_, systems_);
    add_phones(lists);
    add_trust_lists(lists);
    add_cluster_releases();
    add_cluster_products();
    for (at_ = 0; at_ < exports_.size(); ++at_) {
      const Place* const owner = systems_.owner(at_);
      if (owner == nullptr) continue;
      for (ImportedSession& session : sessions_of(told(), *owner, made_.facts, systems_, catalogue_)) {
        made_.sessions.push_back(std::move(session));
      }
    }
    return std::move(made_);
  }

 private:
  const Told& told() const { return exports_[at_]; }

  void note(std::string text) {
    constexpr std::size_t kMostNotes = 200;
    if (made_.notes.size() < kMostNotes) made_.notes.push_back(std::move(text));
  }

  void add_source(const Place* owner) {
    const Told& from = told();
    std::string notes;
    for (const std::string& one : from.notes) {
      notes += (notes.empty() ? "" : "; ") + one;
      note(from.path + ": " + one);
    }
    if (from.partial) made_.incomplete = true;
    if (owner == nullptr && !from.list_phone.empty()) {
      note(fmt::format("{}: no export tells of the phone {}, so its trust list is left out; import the phones with it",
                       from.path, from.list_phone));
      made_.incomplete = true;
    } else if (owner == nullptr && !from.says_nothing()) {
      bool others = std::ranges::any_of(from.facts, [](const ToldFact& fact) { return !fact.node.empty(); });
      note(from.path + (others
                            ? ": whose it is cannot be told, so only what it says of named nodes counts; put it into a "
                              "folder named for the node, or give --node"
                            : ": whose it is cannot be told; put it into a folder named for the node, or give --node"));
      made_.incomplete = true;
    }
    made_.sources.push_back({from.path, std::string(from.format), owner == nullptr ? "" : owner->cluster,
                             owner == nullptr ? "" : owner->node, from.partial, from.lines, from.unknown_lines, notes});
  }

  void add_fact(const Place& place, const ToldFact& fact, const std::string& value,
                Confidence confidence = Confidence::imported) {
    made_.facts.push_back(
        {place.cluster, place.node, fact.service, fact.port, fact.name, value, confidence, told().path, fact.line});
  }

  // Of other nodes than the export's own.
  void add_node_facts() {
    for (const ToldFact& fact : told().facts) {
      if (fact.node.empty() || only_names(fact.name)) continue;
      const Place* const place = systems_.find(fact.node);
      if (place != nullptr) take_fact(*place, fact);
    }
  }

  void add_facts(const Place& owner) {
    for (const ToldFact& fact : told().facts) {
      if (fact.node.empty() && !only_names(fact.name)) take_fact(owner, fact);
    }
  }

  void take_fact(const Place& place, const ToldFact& fact) {
    const upgrade::Product* const product = catalogue_.find(systems_.product(place.cluster));
    if (fact.name == "release") {
      const std::string name = product == nullptr ? fact.value : upgrade::name_of_release(*product, fact.value, "");
      add_fact(place, fact, name);
      if (!place.node.empty()) releases_[place.cluster].push_back(made_.facts.back());
    } else if (fact.name == "address" || fact.name == "role") {
      const bool sound = fact.name == "role" || canonical_address(fact.value);
      if (!place.node.empty() && sound) add_fact(place, fact, fact.value);
    } else if (fact.name == "model") {
      add_fact({place.cluster, ""}, fact, fact.value);
    } else if (fact.name.starts_with("signer_")) {
      add_fact(place, fact, fact.value, Confidence::declared);  // A name without the certificate.
    } else {
      take_setting(place, fact, product);
    }
  }

  void take_setting(const Place& place, const ToldFact& fact, const upgrade::Product* product) {
    // The database's parameters hold for the cluster, the platform's for the node.
    const bool of_cluster = fact.name == "certificate_preference" || fact.name == "http_certificates" ||
                            fact.name == "cluster_security_mode";
    if (product != nullptr) {
      const upgrade::CatalogueSetting* const setting = find_setting(*product, fact.name);
      if (setting == nullptr) return;
      if (const auto fault = fault_of_value(*setting, fact.value)) {
        note(fmt::format("{}:{}: {} {}: {}", told().path, fact.line, fact.name, fact.value, *fault));
        return;
      }
      if (!fact.service.empty() && upgrade::find_client_service(*product, fact.service) == nullptr) return;
      if (fact.port != 0 && !has_port(*product, fact.port)) return;
    }
    add_fact(of_cluster ? Place{place.cluster, ""} : place, fact, fact.value);
  }

  static bool has_port(const upgrade::Product& product, int port) {
    return std::ranges::any_of(product.interfaces, [&](const upgrade::CatalogueInterface& interface) {
      return !interface.protocol.empty() && port >= interface.port &&
             port <= std::max(interface.port, interface.last_port);
    });
  }

  void add_stores(const Place& owner) {
    for (const imports::ToldStore& store : told().stores) {
      made_.stores.push_back({owner.cluster, owner.node, store.store, store.entries});
    }
  }

  void add_identities(const Place& owner) {
    const upgrade::Product* const product = catalogue_.find(systems_.product(owner.cluster));
    for (const imports::ToldIdentity& identity : told().identities) {
      if (product == nullptr) continue;
      for (const IdentityPlace& place : places_of(*product, identity.identity)) {
        db::DeclaredChain chain{owner.cluster, owner.node, place.service, place.port, told().path, identity.chain};
        chain.line = identity.line;
        chain.protocol = place.protocol;
        chain.confidence = place.sure ? Confidence::imported : Confidence::assumed;
        made_.chains.push_back(std::move(chain));
      }
    }
  }

  // Whoever is called by that name; of whom no export is there, a system of its own, of which only the address is
  // known, and what it is where those who call it say so and agree.
  Place server_called(const std::string& host, const std::string& source, int line) {
    const std::string kind = peers_.product_of(host);
    const auto* const known = systems_.find(host);
    if (known != nullptr && !is_stand_in(*known)) return *known;
    const Place place = known != nullptr ? *known : systems_.introduce(host, stand_in_for(host), kind);
    // One that an import before made is told of anew, for this one takes the place of that.
    if (!peers_told_.insert(place.cluster).second) return place;
    const auto fact = [&](const std::string& node, const char* name, const std::string& value) {
      if (!value.empty())
        made_.facts.push_back({place.cluster, node, "", 0, name, value, Confidence::imported, source, line});
    };
    // Where nobody says what it is, somebody may have said so since, in the site file.
    if (kind != "other" || systems_.product(place.cluster) == kind) fact("", "product", kind);
    if (kind == "database") fact("", "engine", peers_.engine_of(host));
    fact(place.node, "address", host);
    return place;
  }

  void add_hops(const Place& owner) {
    for (const ToldHop& hop : told().hops) {
      if (hop.profile.empty()) add_hop(owner, hop, hop.security);
    }
  }

  // `is_caller`: that node alone calls, whatever the hop says of its cluster.
  void add_hop(const Place& owner, const ToldHop& hop, const std::string& security, bool is_caller = false) {
    const auto called = canonical_address(hop.host);
    if (!called) {
      note(fmt::format("{}:{}: {} calls '{}', which is neither an address nor a host name; left out", told().path,
                       hop.line, hop.name, hop.host));
      return;
    }
    const std::string& host = *called;
    const Place server = server_called(host, told().path, hop.line);
    if (server == owner) return;
    const upgrade::Product* const product = catalogue_.find(systems_.product(owner.cluster));
    db::DeclaredHop made;
    made.client = owner.cluster;
    made.client_node = hop.of_cluster && !is_caller ? "" : owner.node;
    if (product != nullptr && upgrade::find_client_service(*product, hop.service) != nullptr) {
      made.client_service = hop.service;
    } else if (product != nullptr) {
      const auto* const usual = default_client_service(*product, hop.protocol);
      made.client_service = usual == nullptr ? "" : usual->name;
    }
    made.server = server.cluster;
    made.server_node = server.node;
    made.address = host;
    made.port = hop.port;
    made.protocol = hop.protocol;
    made.source = "imported";
    made.security = security;
    made.dormant = hop.dormant;
    made.name = hop.name;
    made.origin = told().path;
    made.line = hop.line;
    made_.hops.push_back(std::move(made));
  }

  void add_trunks() {
    ImportedTrunks all = trunks_of(exports_, systems_, groups_);
    for (const SecuredTrunk& trunk : all.trunks) {
      at_ = trunk.at;
      if (trunk.nodes.empty()) add_hop(trunk.owner, *trunk.hop, trunk.security);
      for (const std::string& node : trunk.nodes) {
        if (has_room_for_hops()) add_hop({trunk.owner.cluster, node}, *trunk.hop, trunk.security, true);
      }
    }
    made_.facts.insert(made_.facts.end(), all.subjects.begin(), all.subjects.end());
    if (all.without_profile == 0) return;
    note(fmt::format(
        "{}, of which no export says whether it uses TLS ({} trunks in all); import the trunk security profiles",
        all.example, all.without_profile));
    made_.incomplete = true;
  }

  void add_phones(const ImportedLists& lists) {
    const PhoneRoutes routes(exports_, systems_, catalogue_, groups_);
    std::size_t untold = 0;
    for (PhoneClass& phones : classes_of_phones(exports_, systems_, lists)) {
      phones.name = systems_.claim_again(phones.name, phones.product);
      const auto fact = [&](const char* what, const std::string& value) {
        if (!value.empty())
          made_.facts.push_back(
              {phones.name, "", "", 0, what, value, Confidence::imported, phones.source, phones.line});
      };
      fact("product", phones.product);
      fact("model", phones.model);
      fact("release", release_of_load(phones.load));
      fact("count", std::to_string(phones.count));
      const upgrade::Product* const product = catalogue_.find(phones.product);
      if (product != nullptr && find_setting(*product, "security") != nullptr) fact("security", phones.security);
      if (phones.security.empty()) untold += static_cast<std::size_t>(phones.count);
      if (phones.lists == nullptr) {
        phone_clusters_[phones.cluster].push_back(phones.name);
      } else if (phones.lists->are_all) {
        made_.stores.push_back({phones.name, "", kTrustListStore, phones.lists->entries()});
      }
      if (!has_room_for_hops()) continue;
      for (PhoneHop& made : routes.hops_of(phones)) {
        if (!has_room_for_hops()) break;
        if (!made.host.empty() && !find_router(made)) continue;
        made_.hops.push_back(std::move(made.hop));
      }
    }
    if (untold > 0) {
      note(
          fmt::format("of {} phones no export says whether they use TLS, so nothing is told of their lines; import the "
                      "phones with their security profiles, and the profiles",
                      untold));
    }
    add_users(routes);
  }

  // Classes and users, each to many nodes, would be more than all exports tell.
  bool has_room_for_hops() {
    constexpr std::size_t kMostHops = 500'000;
    if (made_.hops.size() < kMostHops) return true;
    if (!std::exchange(told_of_bound_, true)) {
      note(fmt::format("trunks, phones and applications have more than {} hops; the rest is left out", kMostHops));
      made_.incomplete = true;
    }
    return false;
  }

  bool find_router(PhoneHop& made) {
    const auto called = canonical_address(made.host);
    if (!called) return false;  // Told of already where call control fetches its certificate.
    const Place server = server_called(*called, made.hop.origin, made.hop.line);
    made.hop.server = server.cluster;
    made.hop.server_node = server.node;
    made.hop.address = *called;
    return true;
  }

  void add_users(const PhoneRoutes& routes) {
    const upgrade::Product* const other = catalogue_.find("other");
    for (db::DeclaredHop& hop : hops_of_users(exports_, systems_)) {
      hop.client = systems_.claim_again(hop.client, "other");
      made_.facts.push_back({hop.client, "", "", 0, "product", "other", Confidence::imported, hop.origin, hop.line});
      const auto* const usual = other == nullptr ? nullptr : default_client_service(*other, hop.protocol);
      hop.client_service = usual == nullptr ? "" : usual->name;
      const std::set<std::string>& nodes = routes.nodes_running(hop.server, "cti");
      for (const std::string& node : nodes) {
        if (!has_room_for_hops()) break;
        hop.server_node = node;
        made_.hops.push_back(hop);
      }
      if (nodes.empty()) made_.hops.push_back(hop);
    }
  }

  // What clusters hand out, and what their phones hold as far as anybody knows.
  void add_trust_lists(const ImportedLists& all) {
    for (const auto& [cluster, lists] : all.clusters()) {
      if (!lists.are_all) {
        note(
            fmt::format("of {} {} alone is there, and phones of a cluster in mixed mode hold a CTL beside the ITL, so "
                        "what they trust is left unknown; import both, or the table with ClusterSecurityMode",
                        cluster, lists.by_name.contains("itl") ? "the ITL" : "the CTL"));
        continue;
      }
      std::vector<std::string> holders = phone_clusters_[cluster];
      holders.push_back(cluster);
      for (const std::string& holder : holders) made_.stores.push_back({holder, "", kTrustListStore, lists.entries()});
    }
  }

  // A cluster whose nodes all say the same runs that, those that an earlier import tells of among them.
  void add_cluster_releases() {
    for (const auto& [cluster, facts] : releases_) {
      std::map<std::string, std::string> by_node = known_releases_[cluster];
      const std::string& release = facts.front().value;
      for (const Fact& fact : facts) by_node[fact.node] = fact.value;
      const auto is_other = [&release](const auto& told) { return told != release; };
      if (std::ranges::any_of(facts, is_other, &Fact::value) ||
          std::ranges::any_of(by_node, [&](const auto& one) { return is_other(one.second); })) {
        continue;
      }
      Fact fact = facts.front();
      fact.node.clear();
      const upgrade::Product* const product = catalogue_.find(systems_.product(cluster));
      const auto tls13 = product == nullptr ? std::nullopt : speaks_tls13(*product, fact.value);
      made_.facts.push_back(fact);
      if (!tls13) continue;
      fact.name = "release_has_tls13";
      fact.value = *tls13 ? "true" : "false";
      fact.confidence = Confidence::assumed;
      made_.facts.push_back(fact);
    }
  }

  // By the first fact that speaks of the cluster.
  void add_cluster_products() {
    std::set<std::string> told_of;
    std::vector<Fact> products;
    const auto tell = [&](const std::string& cluster, const std::string& source, int line) {
      if (!told_of.insert(cluster).second) return;
      const std::string& product = systems_.product(cluster);
      if (!product.empty()) {
        products.push_back({cluster, "", "", 0, "product", product, Confidence::imported, source, line});
      } else {
        note(
            fmt::format("{}: which product {} is cannot be told; import its 'show network cluster' or certificate "
                        "snapshot, or name it "
                        "in the site file",
                        source, cluster));
        made_.incomplete = true;
      }
    };
    for (const Fact& fact : made_.facts) {
      if (fact.name == "product" && fact.node.empty()) told_of.insert(fact.cluster);
    }
    for (const Told& from : exports_) {
      for (const ToldFact& fact : from.facts) {
        const Place* const place = fact.node.empty() ? systems_.owner(static_cast<std::size_t>(&from - exports_.data()))
                                                     : systems_.find(fact.node);
        if (place != nullptr && fact.name == "product") tell(place->cluster, from.path, fact.line);
      }
    }
    for (std::size_t n = 0; n < exports_.size(); ++n) {
      if (const Place* const owner = systems_.owner(n)) tell(owner->cluster, exports_[n].path, exports_[n].owner_line);
    }
    made_.facts.insert(made_.facts.begin(), products.begin(), products.end());
  }

  const std::vector<Told>& exports_;
  const std::vector<Fact>& known_;
  ImportedSystems& systems_;
  const upgrade::Catalogue& catalogue_;
  const CallGroups groups_{exports_, systems_};
  const ImportedPeers peers_{exports_};
  ImportedEstate made_;
  std::size_t at_ = 0;  // The export in hand.
  bool told_of_bound_ = false;
  std::set<std::string> peers_told_;
  std::map<std::string, std::vector<Fact>> releases_;                         // Of nodes, by cluster.
  std::map<std::string, std::map<std::string, std::string>> known_releases_;  // From before, by cluster and node.
  std::map<std::string, std::vector<std::string>> phone_clusters_;
};

}  // namespace

ImportedEstate join_exports(const std::vector<Told>& exports, const std::vector<Fact>& known, ImportedSystems& systems,
                            const upgrade::Catalogue& catalogue) {
  return Joiner(exports, known, systems, catalogue).join();
}

}  // namespace ucready::scanner
