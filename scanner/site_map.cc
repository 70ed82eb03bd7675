#include "scanner/site_map.h"

#include <algorithm>
#include <charconv>

namespace ucready::scanner {
namespace {

struct Span {
  IpAddress first;
  IpAddress last;
};

// "10.1.0.0/24", or one address. Nothing for what is neither: the site file's reader has checked it.
std::optional<Span> span_of(std::string_view network) {
  const std::size_t slash = network.find('/');
  const auto address = parse_ip_address(network.substr(0, slash));
  if (!address) return std::nullopt;
  std::size_t bits = address->v6 ? 128 : 32;
  if (slash != std::string_view::npos) {
    const std::string_view digits = network.substr(slash + 1);
    std::size_t given = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (read.ec != std::errc() || given > bits) return std::nullopt;
    bits = given;
  }
  Span span{*address, *address};
  const std::size_t bytes = address->v6 ? 16 : 4;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t kept = bits > i * 8 ? std::min<std::size_t>(bits - i * 8, 8) : 0;
    const auto mask = static_cast<std::uint8_t>(0xff00U >> kept);
    span.first.bytes.at(i) &= mask;
    span.last.bytes.at(i) |= static_cast<std::uint8_t>(~mask);
  }
  return span;
}

std::string protocol_among(const std::optional<std::vector<SiteInterface>>& interfaces, std::uint16_t port) {
  if (!interfaces) return {};
  const auto found = std::ranges::find(*interfaces, port, &SiteInterface::port);
  return found == interfaces->end() ? std::string() : found->protocol;
}

}  // namespace

SiteMap::SiteMap(const Site& site, const upgrade::Catalogue& catalogue) : site_(site), catalogue_(catalogue) {
  for (const SiteCluster& cluster : site.clusters) {
    for (const SiteNode& node : cluster.nodes) {
      if (const auto address = parse_ip_address(node.address)) nodes_[*address].push_back({&cluster, &node});
    }
    if (const auto span = span_of(cluster.addresses)) ranges_.push_back({span->first, span->last, {&cluster, nullptr}});
  }
}

std::vector<SiteMap::Party> SiteMap::parties_at(const IpAddress& address) const {
  if (const auto found = nodes_.find(address); found != nodes_.end()) return found->second;
  // The narrowest of the networks that hold it.
  const Range* best = nullptr;
  for (const Range& range : ranges_) {
    const bool holds = range.first.v6 == address.v6 && range.first <= address && address <= range.last;
    if (holds && (best == nullptr || (best->first <= range.first && range.last <= best->last))) best = &range;
  }
  return best == nullptr ? std::vector<Party>() : std::vector<Party>{best->party};
}

std::string SiteMap::protocol_at(const Party& party, std::uint16_t port) const {
  const auto& own =
      party.node != nullptr && party.node->interfaces ? party.node->interfaces : party.cluster->interfaces;
  if (own) return protocol_among(own, port);
  const upgrade::Product* const product = catalogue_.find(party.cluster->product);
  if (product == nullptr) return {};
  for (const upgrade::CatalogueInterface& interface : product->interfaces) {
    if (interface.port <= port && port <= interface.last_port) return interface.protocol;
  }
  return {};
}

std::string SiteMap::default_service(const SiteCluster& cluster, const std::string& protocol) const {
  const upgrade::Product* const product = catalogue_.find(cluster.product);
  if (product == nullptr) return {};
  const upgrade::CatalogueClientService* const service = upgrade::default_client_service(*product, protocol);
  return service == nullptr ? std::string() : service->name;
}

const SiteCluster* SiteMap::cluster_named(const std::string& name) const {
  const auto found = std::ranges::find(site_.clusters, name, &SiteCluster::name);
  return found == site_.clusters.end() ? nullptr : &*found;
}

SiteMap::Server SiteMap::server_of(const db::SessionObservation& session) const {
  Server server{std::nullopt, std::string(session.protocol)};
  for (const Party& party : parties_at(session.server.address)) {
    const std::string protocol = protocol_at(party, session.server.port);
    if (!server.party || !protocol.empty()) server.party = party;
    if (protocol.empty()) continue;
    server.protocol = protocol;
    break;
  }
  return server;
}

SiteMap::Identity SiteMap::identity(const db::SessionObservation& session) const {
  const Server server = server_of(session);
  Identity identity;
  identity.protocol = server.protocol;
  if (!server.party) return identity;
  identity.cluster = server.party->cluster->name;
  identity.product = server.party->cluster->product;
  identity.release = server.party->cluster->release;
  if (const SiteNode* const node = server.party->node) {
    identity.node = node->name;
    if (!node->release.empty()) identity.release = node->release;
  }
  return identity;
}

db::HopEnds SiteMap::name(const db::SessionObservation& session) const {
  const Identity server = identity(session);
  db::HopEnds ends;
  ends.server = server.cluster.empty() ? to_text(session.server.address) : server.cluster;
  ends.server_node = server.node;
  ends.protocol = server.protocol;
  ends.client = to_text(session.client.address);
  const std::vector<Party> clients = parties_at(session.client.address);
  if (clients.empty()) return ends;
  const Party& client = clients.front();
  ends.client = client.cluster->name;
  ends.client_node = client.node == nullptr ? "" : client.node->name;
  ends.client_service = default_service(*client.cluster, ends.protocol);
  return ends;
}

std::vector<db::DeclaredHop> SiteMap::declared_hops() const {
  std::vector<db::DeclaredHop> hops;
  for (const SiteHop& declared : site_.hops) {
    const SiteCluster* const client = cluster_named(declared.from.cluster);
    const SiteCluster* const server = cluster_named(declared.to.cluster);
    if (client == nullptr || server == nullptr) continue;  // The reader refuses such a file.
    const auto add = [&](const SiteNode* node) {
      db::DeclaredHop hop;
      hop.client = client->name;
      hop.client_node = declared.from.node;
      hop.server = server->name;
      hop.server_node = node == nullptr ? declared.to.node : node->name;
      hop.address = !declared.address.empty() ? declared.address : node == nullptr ? "" : node->address;
      hop.port = declared.to.port;
      hop.protocol = protocol_at({server, node}, declared.to.port);
      if (hop.protocol.empty()) hop.protocol = "tls";
      hop.client_service = declared.service.empty() ? default_service(*client, hop.protocol) : declared.service;
      hop.source = "declared";
      hop.security = declared.security;
      hop.dormant = declared.dormant;
      hops.push_back(std::move(hop));
    };
    if (server->nodes.empty()) add(nullptr);
    for (const SiteNode& node : server->nodes) {
      if (declared.to.node.empty() || declared.to.node == node.name) add(&node);
    }
  }
  return hops;
}

}  // namespace ucready::scanner
