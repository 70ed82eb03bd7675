// Addresses of several kinds told apart by as few networks as can be.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ip_address.h"

namespace ucready::report {

struct ClientNetwork {
  std::size_t kind = 0;
  std::string network;               // CIDR; empty: only `addresses` tell.
  std::vector<IpAddress> addresses;  // All that were seen.
};

// Kinds are numbered with the largest first. A network holds addresses of one kind, and of smaller kinds that are then
// named one by one; it is no wider than /16 (IPv6: /108). Few addresses together are named, not covered.
std::vector<ClientNetwork> client_networks(const std::map<IpAddress, std::size_t>& kinds);

}  // namespace ucready::report
