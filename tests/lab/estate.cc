#include "estate.h"

#include <fmt/format.h>
#include <openssl/tls1.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "trouble.h"

namespace ucready::lab {
namespace {

constexpr std::string_view kSiteKeys[] = {"product", "model",    "release", "target",   "via",
                                          "count",   "settings", "trust",   "services", "addresses"};

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

[[noreturn]] void refuse(const YAML::Node& node, const std::string& what) {
  throw Trouble(fmt::format("line {}: {}", line_of(node), what));
}

void allow_keys(const YAML::Node& map, std::initializer_list<std::string_view> names, bool site_keys = false) {
  if (!map.IsMap()) refuse(map, "a map is expected");
  for (const auto& entry : map) {
    const auto key = entry.first.as<std::string>();
    const bool known = std::find(names.begin(), names.end(), key) != names.end() ||
                       (site_keys && std::find(std::begin(kSiteKeys), std::end(kSiteKeys), key) != std::end(kSiteKeys));
    if (!known) refuse(entry.first, fmt::format("unknown key '{}'", key));
  }
}

template <typename Value>
void read(const YAML::Node& map, const char* key, Value& value) {
  if (map[key]) value = map[key].as<Value>();
}

int tls_version(const YAML::Node& node) {
  const auto text = node.as<std::string>();
  if (text == "TLSv1.0") return TLS1_VERSION;
  if (text == "TLSv1.1") return TLS1_1_VERSION;
  if (text == "TLSv1.2") return TLS1_2_VERSION;
  if (text == "TLSv1.3") return TLS1_3_VERSION;
  refuse(node, fmt::format("'{}' is no TLS version that can be served", text));
}

Recipe read_recipe(const YAML::Node& node, Recipe recipe) {
  allow_keys(node, {"name", "key", "issuer", "digest", "subject", "san", "eku", "not_before", "not_after", "long_name",
                    "chain", "chain_repeat"});
  read(node, "name", recipe.name);
  read(node, "key", recipe.key);
  read(node, "issuer", recipe.issuer);
  read(node, "digest", recipe.digest);
  if (node["subject"]) {
    recipe.subject.clear();
    for (const auto& part : node["subject"]) {
      recipe.subject.emplace_back(part.first.as<std::string>(), part.second.as<std::string>());
    }
  }
  read(node, "san", recipe.san);
  read(node, "eku", recipe.eku);
  read(node, "not_before", recipe.not_before);
  read(node, "not_after", recipe.not_after);
  read(node, "long_name", recipe.long_name);
  read(node, "chain", recipe.chain);
  read(node, "chain_repeat", recipe.chain_repeat);
  return recipe;
}

// Protocols that start in clear have a dialect of their name; all others start with TLS.
std::string dialect_of(const std::string& protocol) {
  for (const std::string_view clear : {"smtp", "imap", "xmpp-client", "xmpp-server", "ldap", "postgresql", "tds"}) {
    if (protocol == clear) return protocol;
  }
  return "direct";
}

InterfaceSpec read_interface(const YAML::Node& node) {
  allow_keys(node,
             {"port",   "protocol", "dialect",     "starttls", "banner_delay_s", "tls",       "ciphers", "groups",
              "prefer", "choice",   "identities",  "sni",      "client_auth",    "client_ca", "http",    "behaviour",
              "alert",  "gate",     "server_name", "domain",   "listed"});
  InterfaceSpec spec;
  spec.line = line_of(node);
  spec.port = node["port"].as<std::uint16_t>();
  spec.protocol = node["protocol"].as<std::string>();
  spec.dialect = dialect_of(spec.protocol);
  read(node, "dialect", spec.dialect);
  read(node, "starttls", spec.starttls);
  read(node, "banner_delay_s", spec.banner_delay_s);
  spec.tls_min = TLS1_2_VERSION;
  spec.tls_max = TLS1_3_VERSION;
  if (const auto versions = node["tls"]) {
    if (!versions.IsSequence() || versions.size() != 2) refuse(versions, "tls is [lowest, highest]");
    spec.tls_min = tls_version(versions[0]);
    spec.tls_max = tls_version(versions[1]);
  }
  read(node, "ciphers", spec.ciphers);
  read(node, "groups", spec.groups);
  if (node["prefer"]) spec.server_preference = node["prefer"].as<std::string>() == "server";
  read(node, "choice", spec.choice);
  read(node, "identities", spec.identities);
  read(node, "sni", spec.sni);
  read(node, "client_auth", spec.client_auth);
  read(node, "client_ca", spec.client_ca);
  read(node, "http", spec.http);
  read(node, "behaviour", spec.behaviour);
  if (node["alert"]) spec.alert = static_cast<std::uint8_t>(node["alert"].as<unsigned>());
  read(node, "gate", spec.gate);
  read(node, "server_name", spec.server_name);
  read(node, "domain", spec.domain);
  read(node, "listed", spec.listed);
  return spec;
}

void read_certificates(const YAML::Node& node, const std::string& organisation,
                       std::map<std::string, Recipe>& certificates) {
  for (const auto& entry : node) {
    Recipe fresh;
    fresh.name = entry.first.as<std::string>();
    fresh.subject = {{"C", "DE"}, {"O", organisation}, {"CN", "{fqdn}"}};
    fresh.san = {"{fqdn}"};
    certificates[fresh.name] = read_recipe(entry.second, fresh);
  }
}

std::vector<InterfaceSpec> read_interfaces(const YAML::Node& node) {
  std::vector<InterfaceSpec> interfaces;
  for (const auto& entry : node) interfaces.push_back(read_interface(entry));
  return interfaces;
}

NodeSpec read_node(const YAML::Node& node, const std::string& organisation, const NodeSpec& of_cluster) {
  allow_keys(node, {"name", "address", "role", "release", "tells", "trust", "certificates", "interfaces"});
  NodeSpec spec = of_cluster;
  spec.line = line_of(node);
  spec.name = node["name"].as<std::string>();
  spec.address = node["address"].as<std::string>();
  if (!spec.address.starts_with("127.")) refuse(node, fmt::format("{} is not on loopback (127.x.y.z)", spec.address));
  read(node, "role", spec.role);
  read(node, "release", spec.release);
  read(node, "release", spec.tells);
  read(node, "tells", spec.tells);
  if (node["trust"]) spec.trust.reset(node["trust"]);
  read_certificates(node["certificates"], organisation, spec.certificates);
  if (node["interfaces"]) spec.interfaces = read_interfaces(node["interfaces"]);
  return spec;
}

ClusterSpec read_cluster(const YAML::Node& node, const Estate& estate) {
  allow_keys(node, {"name", "certificates", "interfaces", "nodes", "tells"}, true);
  ClusterSpec cluster;
  cluster.name = node["name"].as<std::string>();
  cluster.source = node;
  NodeSpec common;
  common.cluster = cluster.name;
  common.domain = estate.domain;
  read(node, "product", common.product);
  read(node, "model", common.model);
  read(node, "release", common.tells);
  read(node, "tells", common.tells);
  read_certificates(node["certificates"], estate.organisation, common.certificates);
  common.interfaces = read_interfaces(node["interfaces"]);
  for (const auto& entry : node["nodes"]) {
    NodeSpec fresh = common;
    fresh.trust = YAML::Node();
    cluster.nodes.push_back(read_node(entry, estate.organisation, fresh));
  }
  return cluster;
}

Estate read_root(const YAML::Node& root) {
  allow_keys(root, {"site", "domain", "organisation", "authorities", "clusters", "hops", "order", "shared"});
  Estate estate;
  estate.site = root["site"].as<std::string>();
  estate.domain = root["domain"].as<std::string>();
  read(root, "organisation", estate.organisation);
  for (const auto& node : root["authorities"]) {
    Recipe fresh;
    fresh.is_ca = true;
    fresh.not_before = "-900";
    fresh.not_after = "+2700";
    estate.authorities.push_back(read_recipe(node, fresh));
  }
  for (const auto& node : root["clusters"]) estate.clusters.push_back(read_cluster(node, estate));
  if (root["hops"]) estate.hops.reset(root["hops"]);
  if (root["order"]) estate.order.reset(root["order"]);
  return estate;
}

}  // namespace

std::string NodeSpec::fill_in(std::string text) const {
  const std::pair<std::string_view, std::string> values[] = {{"{node}", name},
                                                             {"{fqdn}", name + "." + domain},
                                                             {"{cluster}", cluster},
                                                             {"{domain}", domain},
                                                             {"{address}", address}};
  for (const auto& [placeholder, value] : values) {
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

Estate read_estate(const std::filesystem::path& file) {
  try {
    return read_root(YAML::LoadFile(file.string()));
  } catch (const YAML::Exception& exception) {
    throw Trouble(fmt::format("{}: {}", file.string(), exception.what()));
  } catch (const Trouble& trouble) {
    throw Trouble(fmt::format("{}: {}", file.string(), trouble.what()));
  }
}

}  // namespace ucready::lab
