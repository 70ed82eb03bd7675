// An IPv4 or IPv6 address as a value that compares and hashes fast.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace ucready {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  // IPv4 in the first four, the rest zero.
  bool v6 = false;

  auto operator<=>(const IpAddress&) const = default;
  [[nodiscard]] ByteView view() const { return ByteView(bytes).first(v6 ? 16 : 4); }
};

// RFC 5952, without brackets.
std::string to_text(const IpAddress& address);
// Dotted IPv4 or any valid form of IPv6, without brackets or zone.
std::optional<IpAddress> parse_ip_address(std::string_view text);

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace ucready
