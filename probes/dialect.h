// How to talk a service into TLS: what is said before the ClientHello.
//
// To add a dialect: write dialect/<name>.cc beside the others, and add its row to the table in dialect.cc. Nothing else
// in the program names dialects one by one.
#pragma once

#include <memory>
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

  // Where TLS does not lie bare on the stream: what it is to be written to and read from, which uses the transport
  // given.
  std::unique_ptr<Transport> (*wrap)(Transport&) = nullptr;
  std::string_view alpn;  // Without this protocol's name in the hello the service does not answer.
  // Spoken instead where the first try met no TLS: protocols of which there are two ways on the same port.
  std::string_view otherwise;
};

std::span<const Dialect> all_dialects();
const Dialect* find_dialect(std::string_view protocol);  // nullptr: no dialect speaks it.
const Dialect* dialect_named(std::string_view name);

}  // namespace ucready::probes
