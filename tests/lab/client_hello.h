// The few facts of a ClientHello that ill-behaved servers react to. Independent of the program's own codec on purpose:
// the lab is what that codec is tested against.
#pragma once

#include "connection.h"

namespace ucready::lab {

struct ClientHello {
  Bytes raw;  // All that was received, to be handed on to a TLS library.
  bool understood = false;
  std::uint16_t legacy_version = 0;
  std::vector<std::uint16_t> suites;
  bool offers_tls13 = false;
};

ClientHello hear_client_hello(Connection& connection);

}  // namespace ucready::lab
