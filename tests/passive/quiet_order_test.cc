#include "passive/quiet_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ucready::passive {
namespace {

TEST(QuietOrder, HasNoneWhereNoneEntered) {
  QuietOrder order;
  order.remove(7);
  EXPECT_EQ(order.quietest(), QuietOrder::kNone);
}

TEST(QuietOrder, IsTheOrderOfAListWhateverComes) {
  QuietOrder order;
  std::vector<std::uint32_t> expected;
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = static_cast<std::uint32_t>(random() % 40);
    std::erase(expected, number);
    if (random() % 3 == 0) {
      order.remove(number);
    } else {
      order.touch(number);
      expected.push_back(number);
    }
    ASSERT_EQ(order.quietest(), expected.empty() ? QuietOrder::kNone : expected.front()) << i;
  }
  for (; !expected.empty(); expected.erase(expected.begin())) {
    ASSERT_EQ(order.quietest(), expected.front());
    order.remove(expected.front());
  }
  EXPECT_EQ(order.quietest(), QuietOrder::kNone);
}

}  // namespace
}  // namespace ucready::passive
