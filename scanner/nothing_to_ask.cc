#include "scanner/nothing_to_ask.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/printable.h"

namespace ucready::scanner {
namespace {

bool has_address(const SiteNode& node) { return !node.address.empty(); }

bool has_place(const SiteCluster& cluster) {
  return !cluster.addresses.empty() || std::ranges::any_of(cluster.nodes, has_address);
}

bool writes_interfaces(const SiteCluster& cluster) {
  return cluster.interfaces ||
         std::ranges::any_of(cluster.nodes, [](const SiteNode& node) { return node.interfaces.has_value(); });
}

std::string why(const SiteCluster& cluster, const upgrade::Catalogue& catalogue) {
  if (!has_place(cluster)) return "has no address; give its nodes one";
  if (writes_interfaces(cluster)) {
    return "has 'interfaces: []', which means none; list those to ask, or leave the key out to ask those of the "
           "catalogue";
  }
  const upgrade::Product* const product = catalogue.find(cluster.product);
  if (product != nullptr && product->endpoint) {
    return fmt::format("is of product {}, which is asked only where its interfaces are written; list them",
                       cluster.product);
  }
  return fmt::format("is of product {}, of which the catalogue knows no interface; list those to ask", cluster.product);
}

}  // namespace

std::string why_nothing_is_asked(const Site& site, const TargetList& targets, const upgrade::Catalogue& catalogue) {
  constexpr std::string_view kNothing = "the site file names no interface that can be asked";
  if (!targets.left_out.empty()) return fmt::format("{}: {}", kNothing, printable(targets.left_out.front(), 400));
  if (site.clusters.empty()) return fmt::format("{}; write its clusters", kNothing);
  const auto placed = std::ranges::find_if(site.clusters, has_place);
  const SiteCluster& cluster = placed == site.clusters.end() ? site.clusters.front() : *placed;
  return fmt::format("{}; cluster {} {}", kNothing, printable(cluster.name), why(cluster, catalogue));
}

}  // namespace ucready::scanner
