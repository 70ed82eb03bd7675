#include "db/flight_store.h"

#include <algorithm>

namespace ucready::db {

std::optional<FlightStore::Place> FlightStore::keep(ByteView flight) {
  constexpr std::size_t kMostOfOneInterface = 524'288;
  if (flight.empty()) return std::nullopt;
  for (const Place& place : places_) {
    const ByteView earlier =
        ByteView(bytes_).subspan(static_cast<std::size_t>(place.offset), static_cast<std::size_t>(place.length));
    if (std::ranges::equal(earlier, flight)) return place;
  }
  if (bytes_.size() + flight.size() > kMostOfOneInterface) return std::nullopt;
  const Place place{static_cast<std::int64_t>(bytes_.size()), static_cast<std::int64_t>(flight.size())};
  append(bytes_, flight);
  places_.push_back(place);
  return place;
}

void FlightStore::clear() {
  bytes_.clear();
  places_.clear();
}

}  // namespace ucready::db
