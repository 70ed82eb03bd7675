#include "passive/recent_starts.h"

namespace ucready::passive {

RecentStarts::Place& RecentStarts::place_for(std::uint64_t flow_hash) {
  Place& place = places_[flow_hash & mask_];
  if (place.tag != tag_of(flow_hash)) place = {.tag = tag_of(flow_hash)};
  return place;
}

void RecentStarts::note(std::uint64_t flow_hash, Side side, std::uint32_t first_sequence) {
  Place& place = place_for(flow_hash);
  const auto at = static_cast<std::size_t>(side);
  if (place.ended || (place.known[at] && place.first[at] != first_sequence)) place = {.tag = tag_of(flow_hash)};
  place.first[at] = first_sequence;
  place.known[at] = true;
}

void RecentStarts::note_end(std::uint64_t flow_hash) {
  place_for(flow_hash) = {.tag = tag_of(flow_hash), .ended = true};
}

std::optional<std::uint32_t> RecentStarts::start(std::uint64_t flow_hash, Side side) const {
  const Place& known = place(flow_hash);
  const auto at = static_cast<std::size_t>(side);
  if (known.tag != tag_of(flow_hash) || !known.known[at]) return std::nullopt;
  return known.first[at];
}

bool RecentStarts::ended(std::uint64_t flow_hash) const {
  const Place& known = place(flow_hash);
  return known.tag == tag_of(flow_hash) && known.ended;
}

}  // namespace ucready::passive
