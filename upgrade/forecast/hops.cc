#include "upgrade/forecast/hops.h"

#include <unordered_set>

namespace ucready::forecast {
namespace {

std::string service_of(const Estate& estate, const db::DeclaredHop& hop) {
  if (!hop.client_service.empty()) return hop.client_service;
  const upgrade::Product* const product = estate.product(hop.client);
  const auto* const service = product == nullptr ? nullptr : default_client_service(*product, hop.protocol);
  return service == nullptr ? "" : service->name;
}

// One hop from node to node: what of it is declared twice is one.
struct Identity {
  std::uint64_t nodes;
  std::uint64_t face;  // Service and port.

  bool operator==(const Identity&) const = default;
};
struct IdentityHash {
  std::size_t operator()(const Identity& of) const {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
    return static_cast<std::size_t>((of.nodes * kOdd) ^ ((of.face + (of.nodes >> 32)) * kOdd >> 7));
  }
};

}  // namespace

Hops::Hops(const Estate& estate) : estate_(estate) {
  std::unordered_set<Identity, IdentityHash> known;
  std::map<std::string, std::uint32_t> service_numbers;
  const auto& all = estate.rows().hops;
  for (std::uint32_t n = 0; n < all.size(); ++n) {
    const db::DeclaredHop& hop = all[n];
    services_.push_back(service_of(estate, hop));
    const auto service = service_numbers.emplace(services_.back(), service_numbers.size()).first->second;
    const std::uint64_t face = (std::uint64_t{service} << 16) | hop.port;
    const auto clients = nodes_of(hop.client, hop.client_node);
    for (const std::uint32_t server : nodes_of(hop.server, hop.server_node)) {
      for (const std::uint32_t client : clients) {
        if (!known.insert({(std::uint64_t{client} << 32) | server, face}).second) continue;
        if (hop.security == "nonsecure") {
          ++without_tls_;
        } else {
          hops_.push_back({n, client, server});
        }
      }
    }
  }
}

std::vector<std::uint32_t> Hops::nodes_of(const std::string& cluster, const std::string& node) {
  const auto number = [&](const std::string& name) {
    const auto [at, is_new] = numbers_.try_emplace({cluster, name}, static_cast<std::uint32_t>(nodes_.size()));
    if (is_new) nodes_.push_back({&*names_.insert(name).first, estate_.fact({cluster, name, "", 0}, "address").value});
    return at->second;
  };
  const auto& all = estate_.nodes(cluster);
  if (!node.empty() || all.empty()) return {number(node)};
  std::vector<std::uint32_t> numbers;
  for (const std::string& name : all) numbers.push_back(number(name));
  return numbers;
}

const db::DeclaredHop& Hops::declared(std::size_t at) const { return estate_.rows().hops[hops_[at].declared]; }

Hop Hops::operator[](std::size_t at) const {
  const Ends& ends = hops_[at];
  const db::DeclaredHop& hop = declared(at);
  const Node& server = nodes_[ends.server_node];
  // A hop that was seen, or declared to one node, may have an address of its own.
  const bool own = !hop.address.empty() && (!hop.server_node.empty() || server.address.empty());
  return {hop.client,
          *nodes_[ends.client_node].name,
          services_[ends.declared],
          hop.server,
          *server.name,
          own ? hop.address : server.address,
          hop.port,
          hop.protocol,
          hop.security,
          hop.dormant};
}

}  // namespace ucready::forecast
