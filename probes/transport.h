// The only seam between the probes and the network: a connection that can be read and written, and something that opens
// one. Tests put scripted ones in its place (tests/support/scripted_transport.h).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::probes {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

class Transport {
 public:
  virtual ~Transport() = default;

  // What is awaited from now on ends with `timeout` at this moment; a connection's own end may come sooner.
  virtual void set_deadline(Clock::time_point deadline) = 0;
  // At least one byte, or an error: closed, reset, timeout, cancelled, io. The buffer is written to only in the moment
  // in which the caller goes on, so that many connections can share one.
  virtual asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) = 0;
  virtual asio::awaitable<Result<void>> write(ByteView bytes) = 0;
};

struct Endpoint {
  std::string address;  // IPv4 or IPv6, without brackets.
  std::uint16_t port = 0;
};

class Connector {
 public:
  virtual ~Connector() = default;

  // Opens a connection as soon as the limits allow one more. Errors: unreachable, closed (the port refuses), reset,
  // timeout, cancelled, io (no descriptors, no local ports). The limits count it until the transport is destroyed.
  virtual asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint& endpoint) = 0;
  // The limits leave plenty of room: a connection for a question that is still to come would hold up nobody.
  [[nodiscard]] virtual bool has_plenty_of_room(const std::string&) const { return false; }
  // A host that closes without a word may be counting connections: one in two seconds from now on, or the usual again.
  virtual void slow_down(const std::string& address) = 0;
  virtual void restore_pace(const std::string& address) = 0;
};

}  // namespace ucready::probes
