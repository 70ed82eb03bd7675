#include "db/flight_store.h"

#include <gtest/gtest.h>

namespace ucready::db {
namespace {

TEST(FlightStore, KeepsEqualAnswersOnce) {
  FlightStore store;

  const auto first = store.keep(Bytes{1, 2, 3});
  const auto other = store.keep(Bytes{4, 5});
  const auto again = store.keep(Bytes{1, 2, 3});

  EXPECT_EQ(store.bytes(), (Bytes{1, 2, 3, 4, 5}));
  EXPECT_EQ(first, again);
  EXPECT_EQ(other, (FlightStore::Place{3, 2}));
}

TEST(FlightStore, HasNoPlaceForAnEmptyAnswer) {
  FlightStore store;

  EXPECT_FALSE(store.keep({}).has_value());
}

TEST(FlightStore, DoesNotGrowBeyondItsBoundWhateverAServerSends) {
  FlightStore store;

  bool all_kept = true;
  for (std::uint8_t i = 0; i < 100; ++i) all_kept = store.keep(Bytes(32 * 1024, i)).has_value() && all_kept;

  EXPECT_FALSE(all_kept);
  EXPECT_LE(store.bytes().size(), 512U * 1024U);
}

TEST(FlightStore, StartsAnewForTheNextInterface) {
  FlightStore store;
  static_cast<void>(store.keep(Bytes{1, 2, 3}));

  store.clear();

  EXPECT_EQ(store.keep(Bytes{1, 2, 3}), (FlightStore::Place{0, 3}));
}

}  // namespace
}  // namespace ucready::db
