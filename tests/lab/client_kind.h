// How the clients of UC products say hello: versions, suites, groups and schemes, as measured or as their makers say.
#pragma once

#include <string_view>

#include "estate.h"

namespace ucready::lab {

struct ClientKind {
  std::string_view product;
  std::string_view model;    // Begins so; empty: any.
  std::string_view release;  // Begins so; empty: any.
  int tls_min = 0;
  int tls_max = 0;
  const char* ciphers = "";  // Up to TLSv1.2, OpenSSL's names in order; empty: the library's.
  const char* groups = "";
  const char* schemes = "";
  bool asks_for_name = false;  // SNI.
};

// The first row that fits; the last fits all.
const ClientKind& kind_of_client(const ClusterSpec& cluster);

}  // namespace ucready::lab
