#include "passive/flow_index.h"

#include <utility>

namespace ucready::passive {
namespace {

constexpr std::size_t kLeastEntries = 1024;  // A power of two, as all sizes.

}  // namespace

FlowIndex::FlowIndex() : entries_(kLeastEntries), mask_(kLeastEntries - 1) {}

void FlowIndex::insert(std::uint64_t hash, std::uint32_t slot) {
  if (++used_ > entries_.size() / 2) grow();
  put({static_cast<std::uint32_t>(hash >> 32U), slot, static_cast<std::uint32_t>(hash)});
}

void FlowIndex::put(const Entry& entry) {
  std::size_t at = entry.low & mask_;
  while (entries_[at].slot != kNone) at = (at + 1) & mask_;
  entries_[at] = entry;
}

void FlowIndex::grow() {
  const std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
  mask_ = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.slot != kNone) put(entry);
  }
}

void FlowIndex::erase(std::uint64_t hash, std::uint32_t slot) {
  std::size_t hole = hash & mask_;
  while (entries_[hole].slot != slot) hole = (hole + 1) & mask_;
  // What stands behind moves up wherever its probing passes over the hole (Knuth, algorithm 6.4R).
  for (std::size_t at = (hole + 1) & mask_; entries_[at].slot != kNone; at = (at + 1) & mask_) {
    if (((at - entries_[at].low) & mask_) < ((at - hole) & mask_)) continue;
    entries_[hole] = entries_[at];
    hole = at;
  }
  entries_[hole] = {};
  --used_;
}

}  // namespace ucready::passive
