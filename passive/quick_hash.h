// A place in a table for some bytes: quick, not secret, and never relied on (the bytes are compared).
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

// Looks at eight bytes at a time. `seed` tells kinds apart.
inline std::uint64_t quick_hash(ByteView bytes, std::uint64_t seed = 0) {
  constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  std::uint64_t hash = seed ^ (bytes.size() * kMultiplier);
  ByteReader reader(bytes);
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 29;
  };
  while (reader.remaining() >= 8) {
    const std::uint64_t high = reader.u32();
    mix(high << 32 | reader.u32());
  }
  while (!reader.empty()) mix(reader.u8());
  return hash ^ (hash >> 32);
}

}  // namespace ucready::passive
