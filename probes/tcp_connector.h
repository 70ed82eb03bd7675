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

class TcpConnector : public Connector {
 public:
  // `timeout` to connect; a whole connection takes at most four times that. Must outlive its transports.
  TcpConnector(asio::io_context& context, Pacer& pacer, Clock::duration timeout);

  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint& endpoint) override;
  [[nodiscard]] bool has_plenty_of_room(const std::string& address) const override {
    return pacer_.has_plenty_of_room(address);
  }
  void slow_down(const std::string& address) override { pacer_.slow_down(address); }
  void restore_pace(const std::string& address) override { pacer_.restore_pace(address); }

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  asio::io_context& context_;
  Pacer& pacer_;
  Clock::duration timeout_;
  Deadlines deadlines_;
  Traffic traffic_;
};

}  // namespace ucready::probes
