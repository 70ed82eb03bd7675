#include "scanner/site_clusters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "scanner/site_paths.h"
#include "scanner/site_settings.h"
#include "upgrade/near_names.h"

namespace ucready::scanner {
namespace {

using upgrade::Product;
using upgrade::YamlMapping;

constexpr std::int64_t kMostEndpoints = 100'000'000;

SiteLines lines_of(const YAML::Node& node) {
  SiteLines lines;
  if (!node.IsMap()) return lines;
  for (const auto& field : node) lines.emplace(field.first.Scalar(), upgrade::line_of(field.first));
  return lines;
}

YAML::Mark place_of(const YamlMapping& mapping, std::string_view key) {
  const auto value = mapping.find(key);
  return value ? value->Mark() : mapping.node().Mark();
}

std::vector<std::filesystem::path> certificates_of(SiteReading& reading, const YamlMapping& mapping) {
  const auto node = mapping.find("certificates");
  return node ? read_paths(reading, "certificates", *node) : std::vector<std::filesystem::path>{};
}

std::string release_of(SiteReading& reading, const Product& product, const YamlMapping& mapping, std::string_view key) {
  std::string release = mapping.text(key);
  check_release(reading, product, key, release, place_of(mapping, key));
  return release;
}

std::string server_name_of(SiteReading& reading, const YamlMapping& mapping, std::string_view key) {
  std::string name = mapping.text(key);
  if (!name.empty() && (is_ip_address(name) || !is_host_name(name))) {
    reading.faults.add(place_of(mapping, key),
                       fmt::format("{} {} is no host name; write one such as cucm.example.com", key, shown(name)));
  }
  return name;
}

SiteInterface read_interface(SiteReading& reading, const Product& product, const YAML::Node& node) {
  static constexpr std::string_view kKeys[] = {
      "port",  "protocol",       "server_name",         "domain",      "tls_min", "tls_max", "ciphers",
      "stack", "security_level", "authorised_subjects", "certificates"};
  const YamlMapping mapping(node, "interface", kKeys, reading.faults);
  SiteInterface interface;
  interface.line = mapping.line();
  if (mapping.require("port")) {
    interface.port = static_cast<std::uint16_t>(mapping.number("port", 1, 65535).value_or(1));
  }
  interface.protocol = mapping.required_one_of("protocol", upgrade::known_protocols());
  interface.server_name = server_name_of(reading, mapping, "server_name");
  interface.domain = server_name_of(reading, mapping, "domain");
  interface.settings = read_narrow_settings(reading, product, mapping);
  interface.certificates = certificates_of(reading, mapping);
  return interface;
}

// Two protocols on one port are two interfaces; what else is said of a port is kept for the port.
std::optional<std::string> clash_of(const SiteInterface& first, const SiteInterface& second) {
  if (first.protocol == second.protocol) {
    const std::string twice = fmt::format("port {} {} stands twice in this list, the first on line {}", second.port,
                                          second.protocol, first.line);
    if (first.domain == second.domain) return twice + "; keep one of them";
    return twice + "; an interface has one domain: keep one, and scan the other from a site file of its own";
  }
  const auto says_more = [](const SiteInterface& interface) {
    return !interface.settings.empty() || !interface.certificates.empty() || !interface.server_name.empty();
  };
  if (!says_more(first) || !says_more(second)) return std::nullopt;
  return fmt::format(
      "port {} has a server_name, settings or certificates here and on line {}; they hold for the port, "
      "say them once",
      second.port, first.line);
}

// `interfaces: []` says there are none; left out, it says nothing.
std::optional<std::vector<SiteInterface>> read_interfaces(SiteReading& reading, const Product& product,
                                                          const YamlMapping& owner) {
  if (!owner.has("interfaces")) return std::nullopt;
  std::vector<SiteInterface> interfaces;
  std::multimap<std::uint16_t, std::size_t> places;
  for (const YAML::Node& item : owner.list("interfaces")) {
    interfaces.push_back(read_interface(reading, product, item));
    const SiteInterface& interface = interfaces.back();
    for (auto [place, end] = places.equal_range(interface.port); place != end; ++place) {
      if (const auto clash = clash_of(interfaces[place->second], interface)) reading.faults.add(item, *clash);
    }
    places.emplace(interface.port, interfaces.size() - 1);
  }
  return interfaces;
}

SiteService read_service(SiteReading& reading, const Product& product, const YAML::Node& node) {
  static constexpr std::string_view kKeys[] = {
      "service", "tls_min", "tls_max", "ciphers", "stack", "security_level", "authorised_subjects", "certificates"};
  const YamlMapping mapping(node, "service", kKeys, reading.faults);
  SiteService service;
  service.line = mapping.line();
  service.service = mapping.required_text("service");
  check_client_service(reading, product, service.service, place_of(mapping, "service"));
  service.settings = read_narrow_settings(reading, product, mapping);
  service.certificates = certificates_of(reading, mapping);
  return service;
}

std::vector<SiteService> read_services(SiteReading& reading, const Product& product, const YamlMapping& owner) {
  std::vector<SiteService> services;
  std::set<std::string> seen;
  for (const YAML::Node& item : owner.list("services")) {
    services.push_back(read_service(reading, product, item));
    if (!seen.insert(services.back().service).second) {
      reading.faults.add(item,
                         fmt::format("the service {} stands twice; keep one of them", shown(services.back().service)));
    }
  }
  return services;
}

void read_node(SiteReading& reading, const Product& product, SiteCluster& cluster, const YAML::Node& node) {
  const YamlMapping mapping(
      node, "node",
      {"name", "address", "role", "release", "trust", "settings", "certificates", "services", "interfaces"},
      reading.faults);
  SiteNode read;
  read.line = mapping.line();
  read.lines = lines_of(node);
  read.name = mapping.required_text("name");
  read.address = check_address(reading, mapping.required_text("address"), place_of(mapping, "address"));
  read.role = mapping.text("role");
  read.release = release_of(reading, product, mapping, "release");
  if (const auto trust = mapping.find("trust")) read.trust = read_trust(reading, product, *trust);
  if (const auto settings = mapping.find("settings")) read.settings = read_settings(reading, product, *settings);
  if (const auto shown = mapping.find("certificates")) {
    read.certificates = read_certificates(reading, product, *shown, read.identities);
  }
  read.services = read_services(reading, product, mapping);
  read.interfaces = read_interfaces(reading, product, mapping);
  reading.add_node(cluster, std::move(read), place_of(mapping, "name"));
}

const Product* read_product(SiteReading& reading, const YamlMapping& mapping) {
  std::vector<std::string_view> ids;
  for (const auto& [id, product] : reading.catalogue.products()) ids.push_back(id);
  return reading.catalogue.find(mapping.required_one_of("product", ids));
}

// An upgrade goes up: today's release, the stops on the way, the target.
void check_way(SiteReading& reading, const Product& product, const SiteCluster& cluster, const YamlMapping& mapping) {
  std::string last_text = cluster.release;
  auto last = upgrade::parse_release(product, last_text);
  std::vector<std::string> way = cluster.via;
  if (!cluster.target.empty()) way.push_back(cluster.target);
  for (const std::string& text : way) {
    const auto release = upgrade::parse_release(product, text);
    if (last && release && *release < *last) {
      reading.warn(place_of(mapping, "target"),
                   fmt::format("the way of {} goes down, from {} to {}", cluster.name, shown(last_text), shown(text)));
    }
    if (release) {
      last = release;
      last_text = text;
    }
  }
}

void read_releases(SiteReading& reading, const Product& product, SiteCluster& cluster, const YamlMapping& mapping) {
  cluster.release = release_of(reading, product, mapping, "release");
  cluster.target = release_of(reading, product, mapping, "target");
  cluster.via = mapping.texts("via");
  for (const std::string& stop : cluster.via) check_release(reading, product, "via", stop, place_of(mapping, "via"));
  if (!cluster.via.empty() && cluster.target.empty()) {
    reading.faults.add(place_of(mapping, "via"),
                       "via names stops on the way to no target; add target, or leave via out");
  }
  check_way(reading, product, cluster, mapping);
}

}  // namespace

void check_client_service(SiteReading& reading, const Product& product, const std::string& service,
                          const YAML::Mark& at) {
  if (service.empty() || product.client_services.empty()) return;
  if (upgrade::find_client_service(product, service) != nullptr) return;
  std::vector<std::string_view> names;
  for (const auto& each : product.client_services) names.push_back(each.name);
  reading.faults.add(at, fmt::format("{} has no client service {}{}", product.id, shown(service),
                                     upgrade::did_you_mean(service, names)));
}

void read_cluster(SiteReading& reading, const YAML::Node& node) {
  const YamlMapping mapping(node, "cluster",
                            {"name", "product", "model", "release", "target", "via", "count", "addresses", "settings",
                             "trust", "certificates", "nodes", "services", "interfaces"},
                            reading.faults);
  SiteCluster& cluster = reading.add_cluster(mapping.required_text("name"), place_of(mapping, "name"));
  const Product* const product = read_product(reading, mapping);
  if (product == nullptr) return;  // Told; nothing else can be checked.
  cluster.line = mapping.line();
  cluster.lines = lines_of(node);
  cluster.product = product->id;
  cluster.model = mapping.text("model");
  read_releases(reading, *product, cluster, mapping);
  if (const auto count = mapping.number("count", 0, kMostEndpoints)) cluster.count = static_cast<int>(*count);
  cluster.addresses = mapping.text("addresses");
  check_addresses(reading, cluster.addresses, place_of(mapping, "addresses"));
  if (const auto settings = mapping.find("settings")) cluster.settings = read_settings(reading, *product, *settings);
  if (const auto trust = mapping.find("trust")) cluster.trust = read_trust(reading, *product, *trust);
  if (const auto shown = mapping.find("certificates")) {
    cluster.certificates = read_certificates(reading, *product, *shown, cluster.identities);
  }
  cluster.services = read_services(reading, *product, mapping);
  cluster.interfaces = read_interfaces(reading, *product, mapping);
  for (const YAML::Node& item : mapping.list("nodes")) read_node(reading, *product, cluster, item);
}

}  // namespace ucready::scanner
