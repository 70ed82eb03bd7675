#include "passive/capture_clock.h"

#include <gtest/gtest.h>

namespace ucready::passive {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

TEST(CaptureClock, GoesWithThePacketsAndNotBackWithALateOne) {
  CaptureClock clock;
  EXPECT_EQ(clock.take(100 * kSecond), 100 * kSecond);
  EXPECT_EQ(clock.take(120 * kSecond), 120 * kSecond);
  EXPECT_EQ(clock.take(119 * kSecond), 120 * kSecond);
}

TEST(CaptureClock, StandsStillForAFewPacketsOfAnotherDay) {
  CaptureClock clock;
  clock.take(kDay);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(clock.take(9 * kDay), kDay);
  EXPECT_EQ(clock.take(kDay + kSecond), kDay + kSecond);
  EXPECT_EQ(clock.take(9 * kDay), kDay + kSecond);
  EXPECT_EQ(clock.before_step_ns(), std::numeric_limits<std::int64_t>::min());
}

TEST(CaptureClock, StepsByTheLeastThatSeveralAgreeOn) {
  CaptureClock clock;
  clock.take(kDay);
  clock.take(900 * kDay);  // This one lies.
  for (int i = 0; i < 7; ++i) clock.take(2 * kDay + i);
  EXPECT_EQ(clock.take(2 * kDay + 7), 2 * kDay + 7);
  EXPECT_EQ(clock.before_step_ns(), kDay);
}

TEST(CaptureClock, StepsBackWhereAnOlderCaptureFollows) {
  CaptureClock clock;
  clock.take(9 * kDay);
  for (int i = 0; i < 8; ++i) clock.take(kDay + i);
  EXPECT_EQ(clock.take(kDay + 8), kDay + 8);
}

TEST(CaptureClock, MovesOnWherePacketsAreFarApart) {
  CaptureClock clock;
  std::int64_t now = 0;
  for (int minute = 0; minute < 100; ++minute) now = clock.take(minute * 60 * kSecond);
  EXPECT_GT(now, 80 * 60 * kSecond);
}

}  // namespace
}  // namespace ucready::passive
