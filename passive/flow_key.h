// The two ends of a TCP connection as one value that is the same for both directions.
#pragma once

#include <array>
#include <cstdint>

#include "core/ip_address.h"
#include "passive/conversation.h"

namespace ucready::passive {

struct FlowKey {
  std::array<std::uint64_t, 5> words{};  // Lower address, higher address, both ports and the family.

  bool operator==(const FlowKey&) const = default;
  // Seeded: whoever writes the packets must not be able to choose where entries collide.
  [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const;
  [[nodiscard]] Endpoint end(Side side) const;
};

struct KeyedSegment {
  FlowKey key;
  Side from = Side::a;  // Side::a is the lower of the two endpoints.
};
KeyedSegment key_of(const Endpoint& from, const Endpoint& to);

}  // namespace ucready::passive
