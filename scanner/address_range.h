// One host, or a network of addresses in CIDR notation.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace ucready::scanner {

class AddressRange {
 public:
  AddressRange() = default;
  static AddressRange single(std::string host) { return AddressRange(std::move(host)); }
  // At most 1,048,576 addresses. Of an IPv4 network up to /30 the first (network) and last (broadcast) are left out.
  static Result<AddressRange> network(std::string_view text);

  [[nodiscard]] std::uint64_t size() const { return count_; }
  // The address at that place, RFC 5952; `index` below size().
  [[nodiscard]] std::string at(std::uint64_t index) const;
  [[nodiscard]] const std::string& text() const { return text_; }

  bool operator==(const AddressRange&) const = default;

 private:
  explicit AddressRange(std::string host) : text_(std::move(host)) {}

  std::string text_;  // The host, or the network as written.
  std::array<std::uint8_t, 16> first_{};
  int family_ = 0;  // AF_INET, AF_INET6; 0 for a single host.
  std::uint64_t count_ = 1;
};

}  // namespace ucready::scanner
