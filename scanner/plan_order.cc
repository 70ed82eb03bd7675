#include "scanner/plan_order.h"

#include <map>
#include <ostream>

#include "core/printable.h"
#include "scanner/order_file.h"
#include "scanner/site_run.h"

namespace ucready::scanner {
Result<std::vector<db::OrderStep>> order_of_plan(const boost::program_options::variables_map& values,
                                                 const std::vector<SiteCluster>& clusters,
                                                 const upgrade::Catalogue& catalogue, std::vector<db::OrderStep> own,
                                                 Console& console) {
  if (values.count("order") == 0) return own;
  const auto file = read_order_file(values["order"].as<std::string>(), clusters, catalogue);
  if (!file) return tl::unexpected<Error>(file.error());
  for (const std::string& warning : file->warnings) console.err << "ucready: " << printable(warning) << '\n';
  return order_rows(file->steps);
}

std::vector<SiteCluster> clusters_of(const std::vector<Fact>& facts) {
  std::map<std::string, SiteCluster> by_name;
  for (const Fact& fact : facts) {
    if (!fact.node.empty() || !fact.service.empty() || fact.port != 0) continue;
    SiteCluster& cluster = by_name[fact.cluster];
    cluster.name = fact.cluster;
    if (fact.name == "product") cluster.product = fact.value;
    if (fact.name == "target") cluster.target = fact.value;
    if (fact.name == "via") cluster.via = split_list(fact.value);
  }
  std::vector<SiteCluster> clusters;
  for (auto& [name, cluster] : by_name) clusters.push_back(std::move(cluster));
  return clusters;
}

}  // namespace ucready::scanner
