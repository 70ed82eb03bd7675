#include "core/words.h"

#include <gtest/gtest.h>

namespace ucready {
namespace {

TEST(Words, AreReadAsTheyAreWritten) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(parse_confidence(to_text(static_cast<Confidence>(i))), static_cast<Confidence>(i));
    EXPECT_EQ(parse_severity(to_text(static_cast<Severity>(i))), static_cast<Severity>(i));
  }
  EXPECT_FALSE(parse_severity("High"));
  EXPECT_LT(Confidence::assumed, Confidence::declared);
  EXPECT_LT(Confidence::imported, Confidence::observed);
}

}  // namespace
}  // namespace ucready
