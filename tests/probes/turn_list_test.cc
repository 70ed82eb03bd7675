#include "probes/turn_list.h"

#include <gtest/gtest.h>

namespace ucready::probes {
namespace {

using Order = TurnList<int>::Order;

TEST(TurnList, OffersWhatWasNotChosenYetFirst) {
  TurnList<int> list({1, 2, 3});
  list.chosen(2, list.order());
  EXPECT_EQ(list.order(), (std::vector{1, 3, 2}));
  EXPECT_EQ(list.unseen(), (std::vector{1, 3}));
}

TEST(TurnList, PassesOverWhatWasNotOffered) {
  TurnList<int> list({1, 2});
  list.chosen(9, list.order());
  EXPECT_TRUE(list.seen().empty());
}

TEST(TurnList, TellsAServerWithAnOrderOfItsOwn) {
  TurnList<int> list({1, 2, 3});
  list.chosen(3, list.order());  // 1 2 3
  list.chosen(3, list.order());  // 1 2 3
  list.chosen(1, list.unseen());
  EXPECT_EQ(list.whose_order(), Order::server);
}

TEST(TurnList, TellsAServerThatFollowsTheClient) {
  TurnList<int> list({1, 2, 3});
  list.chosen(1, list.order());  // 1 2 3
  list.chosen(2, list.order());  // 2 3 1
  list.chosen(2, {2, 1});
  list.chosen(1, {1, 2});
  EXPECT_EQ(list.whose_order(), Order::client);
}

TEST(TurnList, DoesNotGuess) {
  TurnList<int> list({1, 2});
  list.chosen(1, list.order());
  EXPECT_EQ(list.whose_order(), Order::unknown);
  list.chosen(2, list.unseen());
  EXPECT_EQ(list.whose_order(), Order::unknown);  // Both orders would have given this.
}

}  // namespace
}  // namespace ucready::probes
