// Connections over TCP, within the limits of a pacer.
#pragma once

#include <boost/asio/io_context.hpp>

#include "probes/deadlines.h"
#include "probes/pacer.h"
#include "probes/transport.h"

namespace ucready::probes {

// Counts what went over the wire, for the report of the run.
struct Traffic {
  std::uint64_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

// By what an address is known to the pacer. One host must not be asked twice as fast because its address is spelled in
// two ways; an IPv4 address that is written as an IPv6 one (RFC 4291 section 2.5.5.2) leads to the same machine.
std::string host_of(const std::string& address);

class TcpConnector : public Connector {
 public:
  // `timeout` to connect; a whole connection takes at most four times that. Must outlive its transports.
  TcpConnector(asio::io_context& context, Pacer& pacer, Clock::duration timeout);

  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint& endpoint) override;
  [[nodiscard]] bool has_plenty_of_room(const std::string& address) const override {
    return pacer_.has_plenty_of_room(host_of(address));
  }
  void slow_down(const std::string& address) override { pacer_.slow_down(host_of(address)); }
  void restore_pace(const std::string& address) override { pacer_.restore_pace(host_of(address)); }

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  asio::io_context& context_;
  Pacer& pacer_;
  Clock::duration timeout_;
  Deadlines deadlines_;
  Traffic traffic_;
};

}  // namespace ucready::probes
