// The words by which OpenSSL is told of suites, groups and schemes. What the OpenSSL at hand lacks has none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "upgrade/negotiation/facts.h"

namespace ucready::rehearsal {

std::optional<std::string> openssl_name(tls::CipherSuite suite);
std::optional<std::string> openssl_name(tls::Group group);
std::optional<std::string> openssl_name(tls::SignatureScheme scheme);

// Joined by colons, without those that have no word.
template <typename Point>
std::string openssl_list(const std::vector<Point>& points) {
  std::string list;
  for (const Point point : points) {
    const auto name = openssl_name(point);
    if (!name) continue;
    if (!list.empty()) list += ':';
    list += *name;
  }
  return list;
}

}  // namespace ucready::rehearsal
