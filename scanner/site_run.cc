#include "scanner/site_run.h"

#include "scanner/program.h"
#include "scanner/site_map.h"
#include "upgrade/told_release.h"

namespace ucready::scanner {
namespace {

void assume_tls13(const Site& site, const upgrade::Catalogue& catalogue, std::vector<Fact>& facts) {
  const auto assume = [&](const SiteCluster& cluster, const std::string& node, const char* name,
                          const std::string& release) {
    const upgrade::Product* const product = catalogue.find(cluster.product);
    if (product == nullptr || release.empty()) return;
    if (const auto speaks = speaks_tls13(*product, release)) {
      facts.push_back(
          {cluster.name, node, "", 0, name, *speaks ? "true" : "false", Confidence::assumed, "catalogue", 0});
    }
  };
  for (const SiteCluster& cluster : site.clusters) {
    assume(cluster, "", "release_has_tls13", cluster.release);
    assume(cluster, "", "target_has_tls13", cluster.target);
    for (const SiteNode& node : cluster.nodes) assume(cluster, node.name, "release_has_tls13", node.release);
  }
}

Result<void> keep_declared(db::RunWriter& run, const SiteRun& site) {
  for (const db::DeclaredHop& hop : site.hops) {
    if (auto kept = run.add(hop); !kept) return kept;
  }
  for (const db::TrustObservation& store : site.trust.stores) {
    if (auto kept = run.add(store); !kept) return kept;
  }
  for (const db::DeclaredChain& chain : site.trust.chains) {
    if (auto kept = run.add(chain); !kept) return kept;
  }
  return run.flush();
}

}  // namespace

std::vector<db::OrderStep> order_rows(const std::vector<SiteStep>& steps) {
  std::vector<db::OrderStep> order;
  int wave = 0;
  for (const SiteStep& step : steps) {
    ++wave;
    for (const std::string& cluster : step.upgrade) order.push_back({wave, step.date, "upgrade", cluster, "", ""});
    for (const SiteStep::Change& change : step.changes) {
      order.push_back({wave, step.date, "set", change.cluster, change.setting, change.value});
    }
  }
  return order;
}

Result<SiteRun> site_run_of(const Site& site, const upgrade::Catalogue& catalogue) {
  SiteRun run;
  run.site = site.name;
  run.facts = facts_of(site);
  assume_tls13(site, catalogue, run.facts);
  run.order = order_rows(site.order);
  run.hops = SiteMap(site, catalogue).declared_hops();
  auto trust = read_site_trust(site, catalogue);
  if (!trust) return tl::unexpected<Error>(trust.error());
  run.trust = std::move(*trust);
  return run;
}

Result<db::RunWriter> begin_run(db::Database& database, const std::string& kind, const SiteRun& site) {
  auto run = db::RunWriter::begin(database,
                                  {.kind = kind,
                                   .site = site.site,
                                   .tool_version = std::string(kVersion),
                                   .arguments = command_line(),
                                   .order = site.order},
                                  site.facts);
  if (!run) return run;
  if (auto kept = keep_declared(*run, site); !kept) {
    (void)run->finish(db::RunStatus::partial);  // The first error is the one to tell.
    return tl::unexpected<Error>(kept.error());
  }
  return run;
}

}  // namespace ucready::scanner
