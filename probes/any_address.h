// A host that is known by several addresses, not all of which need answer: a service may listen on IPv4 alone while its
// name has an IPv6 address too. One after the other is tried, as other clients do; all questions go to the first that
// takes a connection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/transport.h"

namespace ucready::probes {

class AnyAddress : public Connector {
 public:
  // At least one address. The network must outlive it.
  AnyAddress(Connector& network, std::vector<std::string> addresses);

  // The endpoint's port counts, its address does not.
  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(const Endpoint& endpoint) override;
  [[nodiscard]] bool has_plenty_of_room(const std::string&) const override {
    return settled_ && network_.has_plenty_of_room(address());
  }
  void slow_down(const std::string&) override { network_.slow_down(address()); }
  void restore_pace(const std::string&) override { network_.restore_pace(address()); }

  // The one that took a connection; while none did, the one whose failure says most.
  [[nodiscard]] const std::string& address() const { return addresses_[current_]; }
  // Connections beyond the one that each call of connect() stands for.
  [[nodiscard]] int further_connections() const { return further_; }

 private:
  Connector& network_;
  std::vector<std::string> addresses_;
  std::size_t current_ = 0;
  bool settled_ = false;
  int further_ = 0;
};

}  // namespace ucready::probes
