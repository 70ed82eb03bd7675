#include "scanner/site_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "scanner/address_range.h"
#include "upgrade/yaml_guard.h"

namespace ucready::scanner {
namespace {

constexpr std::size_t kMostWarnings = 100;

// The ports of a node: its own, its cluster's, or the catalogue's.
std::vector<std::uint16_t> ports_of(const SiteReading& reading, const SiteCluster& cluster, const SiteNode& node) {
  const auto& declared = node.interfaces ? node.interfaces : cluster.interfaces;
  std::vector<std::uint16_t> ports;
  if (declared) {
    for (const SiteInterface& interface : *declared) ports.push_back(interface.port);
  } else if (const upgrade::Product* product = reading.catalogue.find(cluster.product)) {
    for (const auto& interface : product->interfaces) ports.push_back(interface.port);
  }
  return ports;
}

YAML::Mark mark_of(int line) {
  YAML::Mark mark;
  mark.line = std::max(line - 1, 0);
  return mark;
}

void check_name(upgrade::YamlFaults& faults, std::string_view kind, const std::string& text, const YAML::Mark& at) {
  if (text.empty()) return;  // Told already: it is missing.
  if (const auto fault = fault_of_name(text)) {
    faults.add(at, fmt::format("the {} name {} {}", kind, shown(text), *fault));
  }
}

// One interface under two names would be scanned twice and judged twice.
class Owners {
 public:
  explicit Owners(SiteReading& reading) : reading_(reading) {}

  void add(const SiteCluster& cluster, const SiteNode& node) {
    const std::string name = cluster.name + "/" + node.name;
    for (const std::uint16_t port : ports_of(reading_, cluster, node)) {
      const auto [owner, is_new] = owners_.try_emplace({node.address, port}, name);
      if (is_new || owner->second == name) continue;
      reading_.warn(mark_of(node.line), fmt::format("{} port {} is declared for {} and for {}; it is scanned for both",
                                                    node.address, port, owner->second, name));
      return;
    }
  }

 private:
  SiteReading& reading_;
  std::map<std::pair<std::string, std::uint16_t>, std::string> owners_;
};

}  // namespace

SiteReading::SiteReading(const std::filesystem::path& file, const upgrade::Catalogue& known, bool look_at_disk)
    : catalogue(known), on_disk(look_at_disk), origin(file.string()), faults(origin) {
  std::error_code unimportant;
  const std::filesystem::path absolute = std::filesystem::absolute(file, unimportant);
  folder = absolute.parent_path();
  site.file = file;
}

void SiteReading::warn(const YAML::Mark& at, std::string_view what) {
  if (site.warnings.size() < kMostWarnings) {
    site.warnings.push_back(upgrade::yaml_message(origin, at.line, at.column, what));
  } else {
    ++warnings_left_out_;
  }
}

void SiteReading::finish_warnings() {
  if (warnings_left_out_ > 0) {
    site.warnings.push_back(fmt::format("{}: {} more warnings are not shown", origin, warnings_left_out_));
  }
}

SiteCluster* SiteReading::find_cluster(std::string_view name) {
  const auto found = cluster_places_.find(std::string(name));
  return found == cluster_places_.end() ? nullptr : &site.clusters[found->second];
}

bool SiteReading::has_node(const SiteCluster& cluster, std::string_view node) const {
  return node_lines_.contains(fmt::format("{}/{}", cluster.name, node));
}

SiteCluster& SiteReading::add_cluster(const std::string& name, const YAML::Mark& at) {
  check_name(faults, "cluster", name, at);
  if (const SiteCluster* first = find_cluster(name)) {
    faults.add(at, fmt::format("two clusters are named {}, the first on line {}; rename one of them", shown(name),
                               first->line));
  }
  cluster_places_.emplace(name, site.clusters.size());
  SiteCluster& cluster = site.clusters.emplace_back();
  cluster.name = name;
  cluster.line = at.line + 1;
  return cluster;
}

void SiteReading::add_node(SiteCluster& cluster, SiteNode node, const YAML::Mark& at) {
  check_name(faults, "node", node.name, at);
  const auto [first, is_new] = node_lines_.emplace(fmt::format("{}/{}", cluster.name, node.name), node.line);
  if (!is_new) {
    faults.add(at, fmt::format("two nodes of {} are named {}, the first on line {}; rename one of them",
                               shown(cluster.name), shown(node.name), first->second));
  }
  cluster.nodes.push_back(std::move(node));
}

void check_release(SiteReading& reading, const upgrade::Product& product, std::string_view key,
                   const std::string& release, const YAML::Mark& at) {
  if (release.empty() || product.rule == upgrade::ReleaseRule::none) return;
  if (upgrade::parse_release(product, release)) return;
  reading.warn(at, fmt::format("{} {} cannot be compared with other releases of {}; it is treated as unknown", key,
                               shown(release), product.id));
}

std::string check_address(SiteReading& reading, const std::string& text, const YAML::Mark& at) {
  if (text.empty()) return {};  // Told already: it is missing.
  if (auto address = canonical_address(text)) return *address;
  reading.faults.add(
      at, fmt::format("address {} is neither an IP address nor a host name; write one, without port", shown(text)));
  return {};
}

void check_addresses(SiteReading& reading, const std::string& text, const YAML::Mark& at) {
  if (text.empty()) return;
  if (const auto range = AddressRange::network(text); !range) {
    reading.faults.add(at, "addresses " + range.error().message);
  }
}

void check_clusters(SiteReading& reading) {
  Owners owners(reading);
  for (const SiteCluster& cluster : reading.site.clusters) {
    const upgrade::Product* const product = reading.catalogue.find(cluster.product);
    for (const SiteNode& node : cluster.nodes) owners.add(cluster, node);
    const bool nothing_of_it = cluster.nodes.empty() && cluster.addresses.empty() && !cluster.count;
    if (nothing_of_it && product != nullptr && !product->endpoint) {
      reading.warn(mark_of(cluster.line), fmt::format("{} has no nodes; nothing of it is scanned", cluster.name));
    }
  }
}

}  // namespace ucready::scanner
