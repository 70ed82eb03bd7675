// The plaintext that comes before TLS, seen from the server.
#pragma once

#include <string_view>

#include "connection.h"

namespace ucready::lab {

struct Dialect {
  std::string_view name;
  // True where the client's next byte is TLS.
  bool (*start_tls)(Connection& connection);
};

const Dialect* find_dialect(std::string_view name);

}  // namespace ucready::lab
