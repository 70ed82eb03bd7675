#include "probes/growth.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ucready::probes {
namespace {

constexpr int kMost = 800;

// Hosts that are answered `each` times in a stretch, but all of them together `most` times at the most.
int after(int stretches, std::uint32_t each, std::uint32_t most) {
  Growth growth(kMost);
  std::uint32_t before = 0, hosts_before = 0;
  for (int i = 0; i < stretches; ++i) {
    const auto hosts = static_cast<std::uint32_t>(growth.allowed());
    const std::uint32_t ended = std::min(hosts * each, most);
    // Those who were there before do their part of it.
    const std::uint32_t now = hosts_before == 0 ? 0 : ended * std::min(hosts, hosts_before) / hosts;
    growth.look({.before = before * std::min(hosts, hosts_before) / std::max(1U, hosts_before), .now = now});
    before = ended;
    hosts_before = hosts;
  }
  return growth.allowed();
}

TEST(Growth, BeginsWithAFew) {
  EXPECT_EQ(Growth(kMost).allowed(), Growth::kLeast);
  EXPECT_EQ(Growth(7).allowed(), 7);
}

TEST(Growth, GoesToTheMostWhileNobodyIsHeldUp) {
  EXPECT_EQ(after(10, 1, 1'000'000), kMost);
  EXPECT_EQ(after(10, 20, 1'000'000), kMost);
}

TEST(Growth, StopsWhereMoreOnlyHoldEachOtherUp) { EXPECT_LE(after(15, 20, 20 * 40), 2 * Growth::kLeast); }

TEST(Growth, TriesAgainLater) {
  Growth growth(kMost);
  growth.look({});
  growth.look({.before = 100, .now = 50});
  EXPECT_EQ(growth.allowed(), Growth::kLeast);
  for (int i = 0; i < 21; ++i) growth.look({.before = 100, .now = 100});
  EXPECT_EQ(growth.allowed(), 2 * Growth::kLeast);
}

// Dead hosts, and those that take long: nobody to compare.
TEST(Growth, GoesOnWhereNothingIsToBeSeen) {
  Growth growth(kMost);
  for (int i = 0; i < 5; ++i) growth.look({.before = 8, .now = 1});
  EXPECT_EQ(growth.allowed(), kMost);
}

}  // namespace
}  // namespace ucready::probes
