// Finds a flow's slot by its key: an open-addressing table of slot numbers. It grows with the flows, so that the
// look-up of each packet stays in the processor's caches where they are few.
#pragma once

#include <cstdint>
#include <vector>

namespace ucready::passive {

class FlowIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  FlowIndex();

  // `is(slot)` says whether a slot has the key looked for.
  template <typename Is>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Is&& is) const {
    const auto tag = static_cast<std::uint32_t>(hash >> 32U);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Entry& entry = entries_[at];
      if (entry.slot == kNone) return kNone;
      if (entry.tag == tag && is(entry.slot)) return entry.slot;
    }
  }
  void insert(std::uint64_t hash, std::uint32_t slot);
  void erase(std::uint64_t hash, std::uint32_t slot);

 private:
  struct Entry {
    std::uint32_t tag = 0;
    std::uint32_t slot = kNone;
    std::uint32_t low = 0;  // Of the hash, where its probing began: what erase() needs to close the hole, and to grow.
  };

  void put(const Entry& entry);
  void grow();

  std::vector<Entry> entries_;
  std::size_t mask_;
  std::size_t used_ = 0;
};

}  // namespace ucready::passive
