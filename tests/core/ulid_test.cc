#include "core/ulid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace ucready {
namespace {

TEST(Ulid, HasTwentySixCharactersAndIsNotRepeated) {
  const std::string first = make_ulid(), second = make_ulid();
  EXPECT_EQ(first.size(), 26U);
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos);
  EXPECT_NE(first, second);
  EXPECT_EQ(first.substr(0, 6), second.substr(0, 6));  // The same hour.
}

TEST(Ulid, SortsAsItWasMadeEvenWithinOneMillisecond) {
  std::vector<std::string> made;
  for (int i = 0; i < 500; ++i) made.push_back(make_ulid());

  EXPECT_TRUE(std::ranges::is_sorted(made));
  EXPECT_EQ(std::set(made.begin(), made.end()).size(), made.size());
}

TEST(Ulid, IsMadeByManyThreadsAtOnce) {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& own : made)
    threads.emplace_back([&own] {
      for (int i = 0; i < 200; ++i) own.push_back(make_ulid());
    });
  for (std::thread& thread : threads) thread.join();

  std::set<std::string> all;
  for (const auto& own : made) all.insert(own.begin(), own.end());
  EXPECT_EQ(all.size(), 800U);
}

}  // namespace
}  // namespace ucready
