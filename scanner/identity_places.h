// Where a product presents each of its certificates, as its catalogue file says.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "upgrade/catalogue.h"

namespace ucready::scanner {

// A listener (port) or a client service; never both.
struct IdentityPlace {
  std::string service;
  std::uint16_t port = 0;
  bool sure = true;        // The catalogue has it from a source; else a certificate there is assumed to be this one.
  std::string protocol{};  // Of the port, as in the contract.

  bool operator==(const IdentityPlace& other) const { return port == other.port && service == other.service; }
  auto operator<=>(const IdentityPlace& other) const {
    return std::tie(service, port) <=> std::tie(other.service, other.port);
  }
};

// `identity`: the certificate's name on the system: "tomcat", "tomcat-ECDSA", "CallManager". One that ends in -ECDSA is
// presented where the catalogue says that there may be an ECDSA one. "client": an Expressway's own for its client
// services (X15.5). Empty: the catalogue knows no such place. Of a range of ports the first stands for all.
std::vector<IdentityPlace> places_of(const upgrade::Product& product, std::string_view identity);

// Those of which places_of() knows some.
std::set<std::string> identities_of(const upgrade::Product& product);

}  // namespace ucready::scanner
