#include "passive/fragments.h"

#include <algorithm>
#include <utility>

namespace ucready::passive {
namespace {

constexpr std::uint32_t kMostDatagramBytes = 65535;

}  // namespace

std::optional<Datagram> Fragments::add(const Fragment& fragment, std::int64_t time_ns) {
  ++unused_;
  forget_old(time_ns);
  const Key key{fragment.from, fragment.to, fragment.identification,
                fragment.from.v6 ? std::uint8_t{0} : fragment.protocol};
  Partial& partial = partial_for(key, time_ns);
  if (partial.completed_ns) {
    --unused_;  // A duplicate; its datagram was handed out.
    return std::nullopt;
  }
  ++partial.fragments;
  if (!put(partial, fragment)) {
    forget(by_key_.at(key));
    return std::nullopt;
  }
  const bool whole = partial.total && partial.protocol && partial.held.size() == 1 &&
                     partial.held.begin()->first == 0 && partial.held.begin()->second == *partial.total;
  if (!whole) {
    // Whoever fills the memory loses the oldest, not what has just begun.
    while (held_ > kMostBytes) forget(partials_.begin());
    return std::nullopt;
  }
  unused_ -= partial.fragments;
  held_ -= partial.bytes.size();
  partial.completed_ns = time_ns;
  partial.held.clear();
  return Datagram{*partial.protocol, std::exchange(partial.bytes, {})};
}

Fragments::Partial& Fragments::partial_for(const Key& key, std::int64_t time_ns) {
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    const Partial& partial = *known->second;
    const bool is_duplicate_time =
        !partial.completed_ns || std::abs(time_ns - *partial.completed_ns) <= kDuplicatesWithinNs;
    if (is_duplicate_time) return *known->second;
    forget(known->second);
  }
  if (partials_.size() == kMostDatagrams) forget(partials_.begin());
  partials_.push_back({.key = key, .begun_ns = time_ns});
  by_key_.emplace(key, std::prev(partials_.end()));
  return partials_.back();
}

void Fragments::forget(Partials::iterator partial) {
  held_ -= partial->bytes.size();
  by_key_.erase(partial->key);
  partials_.erase(partial);
}

void Fragments::forget_old(std::int64_t time_ns) {
  while (!partials_.empty() && time_ns > partials_.front().begun_ns &&
         time_ns - partials_.front().begun_ns > kMostAgeNs) {
    forget(partials_.begin());
  }
}

// False: the datagram contradicts itself.
bool Fragments::put(Partial& partial, const Fragment& fragment) {
  const std::uint64_t wide_end = std::uint64_t{fragment.offset} + fragment.bytes.size();
  if (wide_end > kMostDatagramBytes) return false;
  const auto end = static_cast<std::uint32_t>(wide_end);
  if (!fragment.more) {
    if (partial.total && *partial.total != end) return false;
    partial.total = end;
  }
  const std::uint32_t reached = partial.held.empty() ? 0 : partial.held.rbegin()->second;
  if (partial.total && std::max(reached, end) > *partial.total) return false;
  if (fragment.offset == 0) partial.protocol = partial.protocol.value_or(fragment.protocol);
  if (fragment.bytes.empty()) return true;

  if (end > partial.bytes.size()) {
    held_ += end - partial.bytes.size();
    partial.bytes.resize(end);
  }
  // Each gap between what is held, from the left, takes its part of the fragment.
  std::uint32_t at = fragment.offset;
  auto after = partial.held.upper_bound(at);
  if (after != partial.held.begin()) at = std::max(at, std::prev(after)->second);
  while (at < end) {
    const std::uint32_t gap_end = after == partial.held.end() ? end : std::min(end, after->first);
    const ByteView part = fragment.bytes.subspan(at - fragment.offset, gap_end - at);
    std::copy(part.begin(), part.end(), partial.bytes.begin() + at);
    if (after == partial.held.end() || after->first >= end) break;
    at = std::max(gap_end, after->second);
    ++after;
  }
  // Join: whatever touches the fragment becomes one range with it.
  std::uint32_t joined_begin = fragment.offset;
  std::uint32_t joined_end = end;
  auto first = partial.held.lower_bound(joined_begin);
  if (first != partial.held.begin() && std::prev(first)->second >= joined_begin) --first;
  while (first != partial.held.end() && first->first <= joined_end) {
    joined_begin = std::min(joined_begin, first->first);
    joined_end = std::max(joined_end, first->second);
    first = partial.held.erase(first);
  }
  partial.held.emplace(joined_begin, joined_end);
  return partial.held.size() <= kMostPieces;
}

}  // namespace ucready::passive
