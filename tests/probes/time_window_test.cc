#include "probes/time_window.h"

#include <gtest/gtest.h>

namespace ucready::probes {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(TimeWindow, IsOpenBetweenItsHours) {
  const TimeWindow window = *parse_time_window("09:00-17:30");
  EXPECT_EQ(window.until_open(hours(9)), seconds(0));
  EXPECT_EQ(window.until_open(hours(17) + minutes(29)), seconds(0));
  EXPECT_EQ(window.until_open(hours(8)), hours(1));
  EXPECT_EQ(window.until_open(hours(17) + minutes(30)), hours(15) + minutes(30));
}

TEST(TimeWindow, MaySpanMidnight) {
  const TimeWindow window = *parse_time_window("22:00-05:30");
  EXPECT_EQ(window.until_open(hours(23)), seconds(0));
  EXPECT_EQ(window.until_open(hours(5)), seconds(0));
  EXPECT_EQ(window.until_open(hours(6)), hours(16));
}

TEST(TimeWindow, RefusesWhatIsNoSpanOfHours) {
  for (const char* const text :
       {"", "22:00", "22-05", "25:00-26:00", "22:60-23:00", "10:00-10:00", "10:00-", "1:00-2:00", "ab:cd-ef:gh"}) {
    const auto window = parse_time_window(text);
    ASSERT_FALSE(window) << text;
    EXPECT_NE(window.error().message.find("such as 22:00-05:30"), std::string::npos);
  }
}

}  // namespace
}  // namespace ucready::probes
