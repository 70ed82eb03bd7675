#include "passive/flow_index.h"

#include <bit>

namespace ucready::passive {

FlowIndex::FlowIndex(std::size_t most) : entries_(std::bit_ceil(most * 2)), mask_(entries_.size() - 1) {}

void FlowIndex::insert(std::uint64_t hash, std::uint32_t slot) {
  const std::size_t home = hash & mask_;
  std::size_t at = home;
  while (entries_[at].slot != kNone) at = (at + 1) & mask_;
  entries_[at] = {static_cast<std::uint32_t>(hash >> 32U), slot, static_cast<std::uint32_t>(home)};
}

void FlowIndex::erase(std::uint64_t hash, std::uint32_t slot) {
  std::size_t hole = hash & mask_;
  while (entries_[hole].slot != slot) hole = (hole + 1) & mask_;
  // What stands behind moves up wherever its probing passes over the hole (Knuth, algorithm 6.4R).
  for (std::size_t at = (hole + 1) & mask_; entries_[at].slot != kNone; at = (at + 1) & mask_) {
    if (((at - entries_[at].home) & mask_) < ((at - hole) & mask_)) continue;
    entries_[hole] = entries_[at];
    hole = at;
  }
  entries_[hole] = {};
}

}  // namespace ucready::passive
