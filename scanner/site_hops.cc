#include "scanner/site_hops.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scanner/site_clusters.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {
namespace {

using upgrade::YamlMapping;

constexpr std::string_view kSecurity[] = {"authenticated", "encrypted", "nonsecure"};

std::vector<std::string_view> cluster_names(const SiteReading& reading) {
  std::vector<std::string_view> names;
  for (const SiteCluster& cluster : reading.site.clusters) names.push_back(cluster.name);
  return names;
}

std::vector<std::string_view> node_names(const SiteCluster& cluster) {
  std::vector<std::string_view> names;
  for (const SiteNode& node : cluster.nodes) names.push_back(node.name);
  return names;
}

// "cluster" or "cluster/node". Brackets around the node are those of an IPv6 address before a port.
SiteEnd read_end(SiteReading& reading, std::string_view text, const YAML::Node& at) {
  SiteEnd end;
  const std::size_t slash = text.find('/');
  end.cluster = text.substr(0, slash);
  const SiteCluster* const cluster = reading.find_cluster(end.cluster);
  if (cluster == nullptr) {
    reading.faults.add(at, fmt::format("no cluster is named {}{}", shown(end.cluster),
                                       upgrade::did_you_mean(end.cluster, cluster_names(reading))));
    return end;
  }
  if (slash == std::string_view::npos) return end;
  std::string_view node = text.substr(slash + 1);
  if (node.starts_with('[') && node.ends_with(']')) node = node.substr(1, node.size() - 2);
  end.node = node;
  if (!reading.has_node(*cluster, node)) {
    reading.faults.add(at, fmt::format("{} has no node {}{}", cluster->name, shown(node),
                                       upgrade::did_you_mean(node, node_names(*cluster))));
  }
  return end;
}

// Splits ":5061" off; 0 when there is no port, which is told.
std::uint16_t take_port(SiteReading& reading, std::string_view& text, const YAML::Node& at) {
  const std::size_t colon = text.rfind(':');
  const bool ipv6_without_brackets = text.find(':') != colon && text.find("]:") == std::string_view::npos;
  if (colon == std::string_view::npos || text.ends_with(']') || ipv6_without_brackets) {
    reading.faults.add(at, fmt::format("to {} names no port; write CLUSTER:PORT or CLUSTER/NODE:PORT, an IPv6 node in "
                                       "brackets",
                                       shown(text)));
    return 0;
  }
  const std::string_view digits = text.substr(colon + 1);
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool is_port =
      error == std::errc{} && end == digits.data() + digits.size() && !digits.empty() && port >= 1 && port <= 65535;
  if (!is_port) reading.faults.add(at, fmt::format("port {} is out of range; write 1 to 65535", shown(digits)));
  text = text.substr(0, colon);
  return static_cast<std::uint16_t>(is_port ? port : 0);
}

bool declares(const std::optional<std::vector<SiteInterface>>& interfaces, std::uint16_t port) {
  return interfaces && std::ranges::find(*interfaces, port, &SiteInterface::port) != interfaces->end();
}

bool listens(const SiteReading& reading, const SiteCluster& cluster, const SiteEnd& end) {
  if (declares(cluster.interfaces, end.port)) return true;
  for (const SiteNode& node : cluster.nodes) {
    if ((end.node.empty() || end.node == node.name) && declares(node.interfaces, end.port)) return true;
  }
  const upgrade::Product* const product = reading.catalogue.find(cluster.product);
  return product != nullptr && std::ranges::any_of(product->interfaces, [&](const upgrade::CatalogueInterface& known) {
           return known.port <= end.port && end.port <= std::max(known.port, known.last_port);
         });
}

SiteEnd read_server(SiteReading& reading, const YamlMapping& mapping, bool with_tls) {
  const auto node = mapping.require("to");
  if (!node) return {};
  const std::string whole = upgrade::yaml_text(*node, "to", reading.faults);
  std::string_view text = whole;
  const std::uint16_t port = take_port(reading, text, *node);
  SiteEnd end = read_end(reading, text, *node);
  end.port = port;
  const SiteCluster* const cluster = reading.find_cluster(end.cluster);
  // Ports are configurable, so what the catalogue does not know may still be right; of those without TLS it knows none.
  if (with_tls && cluster != nullptr && port != 0 && !listens(reading, *cluster, end)) {
    reading.warn(node->Mark(),
                 fmt::format("{} is not known to listen on port {}; list it under interfaces, or mend the port",
                             cluster->name, port));
  }
  return end;
}

}  // namespace

void read_hop(SiteReading& reading, const YAML::Node& node) {
  const YamlMapping mapping(node, "hop", {"from", "as", "to", "address", "security", "dormant"}, reading.faults);
  SiteHop hop;
  hop.line = mapping.line();
  if (const auto from = mapping.require("from")) {
    hop.from = read_end(reading, upgrade::yaml_text(*from, "from", reading.faults), *from);
  }
  hop.security = mapping.one_of("security", kSecurity);
  if (hop.security.empty()) hop.security = "encrypted";
  hop.to = read_server(reading, mapping, hop.security != "nonsecure");
  hop.service = mapping.text("as");
  if (const auto address = mapping.find("address")) {
    hop.address = check_address(reading, mapping.text("address"), address->Mark());
  }
  const SiteCluster* const client = reading.find_cluster(hop.from.cluster);
  const upgrade::Product* const product = client == nullptr ? nullptr : reading.catalogue.find(client->product);
  if (const auto as = mapping.find("as"); as && product != nullptr) {
    check_client_service(reading, *product, hop.service, as->Mark());
  }
  hop.dormant = mapping.flag("dormant").value_or(false);
  reading.site.hops.push_back(std::move(hop));
}

}  // namespace ucready::scanner
