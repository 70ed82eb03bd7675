#include "scanner/order_file.h"

#include "scanner/flow_brackets.h"
#include "scanner/site_order.h"
#include "scanner/site_reading.h"
#include "scanner/whole_file.h"

namespace ucready::scanner {
namespace {

std::vector<YAML::Node> steps_of(const YAML::Node& root, SiteReading& reading) {
  if (root.IsMap()) {
    const upgrade::YamlMapping mapping(root, "order file", {"order"}, reading.faults);
    return reading.faults.empty() ? mapping.list("order") : std::vector<YAML::Node>();
  }
  std::vector<YAML::Node> steps;
  if (!root.IsSequence()) {
    reading.faults.add(root, "an order is a list of steps; write one as under order in a site file");
    return steps;
  }
  for (const YAML::Node& step : root) steps.push_back(step);
  return steps;
}

}  // namespace

Result<OrderFile> read_order_text(std::string_view text, const std::filesystem::path& file,
                                  const std::vector<SiteCluster>& clusters, const upgrade::Catalogue& catalogue) {
  SiteReading reading(file, catalogue, false);
  const auto root = load_written_yaml(text, reading.origin, kMostSiteBytes);
  if (!root) return tl::unexpected<Error>(root.error());
  for (const SiteCluster& cluster : clusters) {
    SiteCluster& known = reading.add_cluster(cluster.name, YAML::Mark());
    known.product = cluster.product;
    known.target = cluster.target;
    known.via = cluster.via;
    known.line = 0;  // Of another file.
  }
  const std::vector<YAML::Node> steps = steps_of(*root, reading);
  if (reading.faults.empty() && steps.empty()) reading.faults.add(*root, "names no step; list clusters to upgrade");
  if (reading.faults.empty()) read_order(reading, steps);
  if (!reading.faults.empty()) return reading.faults.first();
  reading.finish_warnings();
  return OrderFile{std::move(reading.site.order), std::move(reading.site.warnings)};
}

Result<OrderFile> read_order_file(const std::filesystem::path& file, const std::vector<SiteCluster>& clusters,
                                  const upgrade::Catalogue& catalogue) {
  const auto text = read_whole_file(file, "order file");
  if (!text) return tl::unexpected<Error>(text.error());
  return read_order_text(*text, file, clusters, catalogue);
}

}  // namespace ucready::scanner
