#include "core/time.h"

#include <gtest/gtest.h>

namespace ucready {
namespace {

TEST(Time, ReadsAndWritesIso8601InUtc) {
  const auto time = parse_iso8601("2026-11-23T07:43:05Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->time_since_epoch().count(), 1795419785);
  EXPECT_EQ(to_iso8601(*time), "2026-11-23T07:43:05Z");
  EXPECT_EQ(to_iso8601(*parse_iso8601("2027-01-16")), "2027-01-16T00:00:00Z");
  EXPECT_EQ(to_iso8601(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(1795419785042))),
            "2026-11-23T07:43:05.042Z");
}

TEST(Time, KnowsWhichDaysThereAre) {
  EXPECT_TRUE(parse_iso8601("2028-02-29"));
  for (const char* const text :
       {"2027-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-01T", "2026-01-01 00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "", "tomorrow", "2026-01-0x"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace ucready
