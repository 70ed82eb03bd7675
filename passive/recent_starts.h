// Remembers for connections without data where their streams begin, and which ended lately. A fixed table in which a
// newcomer takes the place of whoever was there: a flood of SYNs costs no memory, only the knowledge of some starts,
// without which a stream is taken up at its first byte seen.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "passive/conversation.h"

namespace ucready::passive {

class RecentStarts {
 public:
  explicit RecentStarts(std::size_t places = 65'536) : places_(places), mask_(places - 1) {}

  // The first byte of that side's stream.
  void note(std::uint64_t flow_hash, Side side, std::uint32_t first_sequence);
  // The connection is over; what comes late is not a new one.
  void note_end(std::uint64_t flow_hash);

  [[nodiscard]] std::optional<std::uint32_t> start(std::uint64_t flow_hash, Side side) const;
  [[nodiscard]] bool ended(std::uint64_t flow_hash) const;

 private:
  // Small, because it is seldom in the processor's caches.
  struct Place {
    std::uint32_t tag = 0;  // The high half of the hash; the low half chose the place.
    std::uint32_t first[2] = {};
    bool known[2] = {};
    bool ended = false;
  };
  static std::uint32_t tag_of(std::uint64_t flow_hash) { return static_cast<std::uint32_t>(flow_hash >> 32U); }
  Place& place_for(std::uint64_t flow_hash);
  [[nodiscard]] const Place& place(std::uint64_t flow_hash) const { return places_[flow_hash & mask_]; }

  std::vector<Place> places_;
  std::size_t mask_;
};

}  // namespace ucready::passive
