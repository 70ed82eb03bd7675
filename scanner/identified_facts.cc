#include "scanner/identified_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "probes/identify/method.h"
#include "upgrade/told_release.h"

namespace ucready::scanner {
namespace {

std::string source_of(const db::IdentifiedInterface& told) {
  const bool is_v6 = told.address.find(':') != std::string::npos;
  return fmt::format("{} {}{}{}:{}", told.identified_by, is_v6 ? "[" : "", told.address, is_v6 ? "]" : "", told.port);
}

class FactMaker {
 public:
  explicit FactMaker(const upgrade::Catalogue& catalogue) : catalogue_(catalogue) {}

  void take(const db::IdentifiedInterface& told) {
    const upgrade::Product* const product = catalogue_.find(told.product);
    if (product == nullptr) return;
    if (!probes::is_listed(told.identified_product, told.product)) {
      // A certificate's names fit too much to contradict somebody who knows.
      if (told.identified_by != "certificate") add(told, "told_product", told.identified_product);
      return;
    }
    if (told.identified_release.empty()) return;
    add(told, "told_release", told.identified_release);
    if (const auto same = upgrade::agrees(*product, told.identified_release, told.release)) {
      add(told, "told_release_agrees", *same ? "true" : "false");
    }
    if (!upgrade::names_one_release(*product, told.identified_release)) return;
    const std::string name = upgrade::name_of_release(*product, told.identified_release, told.release);
    add(told, "release", name);
    Cluster& cluster = clusters_[told.cluster];
    cluster.product = product;
    cluster.releases.insert(name);
    cluster.declared = cluster.declared || !told.release.empty();
  }

  std::vector<Fact> finish() {
    for (const auto& [name, cluster] : clusters_) {
      if (cluster.releases.size() != 1) continue;
      const std::string& release = *cluster.releases.begin();
      facts_.push_back({name, "", "", 0, "release", release, Confidence::observed, "identified nodes", 0});
      const auto tls13 = speaks_tls13(*cluster.product, release);
      if (cluster.declared || !tls13)
        continue;  // What the catalogue lets assume of a declared release is there already.
      facts_.push_back(
          {name, "", "", 0, "release_has_tls13", *tls13 ? "true" : "false", Confidence::assumed, "catalogue", 0});
    }
    return std::move(facts_);
  }

 private:
  struct Cluster {
    const upgrade::Product* product = nullptr;
    std::set<std::string> releases;
    bool declared = false;
  };

  // The same of a second interface of the node is no news.
  void add(const db::IdentifiedInterface& told, const char* name, const std::string& value) {
    const bool known = std::ranges::any_of(facts_, [&](const Fact& fact) {
      return fact.cluster == told.cluster && fact.node == told.node && fact.name == name && fact.value == value;
    });
    if (known) return;
    facts_.push_back({told.cluster, told.node, "", 0, name, value, Confidence::observed, source_of(told), 0});
  }

  const upgrade::Catalogue& catalogue_;
  std::vector<Fact> facts_;
  std::map<std::string, Cluster> clusters_;
};

}  // namespace

std::vector<Fact> identified_facts(const std::vector<db::IdentifiedInterface>& interfaces,
                                   const upgrade::Catalogue& catalogue) {
  FactMaker maker(catalogue);
  for (const db::IdentifiedInterface& told : interfaces) maker.take(told);
  return maker.finish();
}

Result<void> add_identified_facts(const db::Database& database, db::RunWriter& run,
                                  const upgrade::Catalogue& catalogue) {
  const auto interfaces = db::identified_interfaces(database, run.run_id());
  if (!interfaces) return tl::unexpected<Error>(interfaces.error());
  const auto known = db::observed_facts(database, run.run_id());
  if (!known) return tl::unexpected<Error>(known.error());
  for (const Fact& fact : identified_facts(*interfaces, catalogue)) {
    if (std::ranges::count(*known, fact) > 0) continue;
    if (auto kept = run.add(fact); !kept) return kept;
  }
  const auto prints = db::fingerprints(database, run.run_id());
  if (!prints) return tl::unexpected<Error>(prints.error());
  for (const Fact& fact : prints->concluded) {
    if (std::ranges::count(prints->kept, fact) > 0) continue;
    if (auto kept = run.add(fact); !kept) return kept;
  }
  return run.flush();
}

}  // namespace ucready::scanner
