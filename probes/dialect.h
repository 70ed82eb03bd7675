// How to talk a service into TLS: what is said before the ClientHello.
//
// To add a dialect: write dialect/<name>.cc beside the others, and add its row to the table in dialect.cc. Nothing else
// in the program names dialects one by one.
#pragma once

#include <span>
#include <string_view>

#include "probes/target.h"
#include "probes/transport.h"

namespace ucready::probes {

struct Dialect {
  std::string_view name;
  std::span<const std::string_view> protocols;  // Of the contract, that are spoken so.

  // Leaves the stream where the next byte sent is the ClientHello. Errors of the transport pass through; `unsupported`
  // when the service refused or does not offer TLS, `malformed` when it speaks something else, both with what it said.
  asio::awaitable<Result<void>> (*start_tls)(Transport&, const Target&);
};

std::span<const Dialect> all_dialects();
const Dialect* find_dialect(std::string_view protocol);  // nullptr: no dialect speaks it yet.

}  // namespace ucready::probes
