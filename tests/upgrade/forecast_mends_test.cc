// The cheapest set of mends against the best of all sets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <tuple>
#include <vector>

#include "upgrade/forecast/mend_choice.h"

namespace ucready::forecast {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Hops not saved, summed impacts, number of mends: what is to be least, in this order.
using Cost = std::tuple<std::size_t, int, std::size_t>;

bool holds(const std::vector<std::size_t>& set, const Way& way) {
  return std::ranges::all_of(way, [&](std::size_t mend) { return std::ranges::find(set, mend) != set.end(); });
}

// Nothing where the set breaks a hop.
std::optional<Cost> cost_of(const MendProblem& problem, const std::vector<std::size_t>& set) {
  if (std::ranges::any_of(set, [&](std::size_t mend) { return problem.breaks[mend]; })) return std::nullopt;
  if (std::ranges::any_of(problem.together, [&](const Way& way) { return holds(set, way); })) return std::nullopt;
  Cost cost{0, 0, set.size()};
  for (const std::size_t mend : set) std::get<1>(cost) += problem.impacts[mend];
  for (const SavedHops& group : problem.hops) {
    if (!std::ranges::any_of(group.ways, [&](const Way& way) { return holds(set, way); }))
      std::get<0>(cost) += group.hops;
  }
  return cost;
}

Cost best_of_all(const MendProblem& problem) {
  std::optional<Cost> best;
  for (std::uint32_t bits = 0; bits < (1U << problem.impacts.size()); ++bits) {
    std::vector<std::size_t> set;
    for (std::size_t mend = 0; mend < problem.impacts.size(); ++mend) {
      if ((bits >> mend & 1U) != 0) set.push_back(mend);
    }
    const auto cost = cost_of(problem, set);
    if (cost && (!best || *cost < *best)) best = cost;
  }
  return *best;
}

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  MendProblem problem(std::size_t most_mends) {
    constexpr int kImpacts[] = {0, 1, 10, 100, 1000};
    MendProblem drawn;
    const std::size_t mends = 1 + below(most_mends);
    for (std::size_t i = 0; i < mends; ++i) {
      drawn.impacts.push_back(kImpacts[below(std::size(kImpacts))]);
      drawn.breaks.push_back(below(8) == 0);
    }
    for (std::size_t groups = below(7); groups > 0; --groups) {
      SavedHops group{{}, 1 + below(5)};
      for (std::size_t ways = 1 + below(4); ways > 0; --ways) group.ways.push_back(way(mends, 3));
      drawn.hops.push_back(std::move(group));
    }
    for (std::size_t sets = below(3); sets > 0; --sets) drawn.together.push_back(way(mends, 3));
    return drawn;
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  Way way(std::size_t mends, std::size_t most) {
    Way drawn;
    for (std::size_t left = 1 + below(most); left > 0; --left) drawn.push_back(below(mends));
    std::ranges::sort(drawn);
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    return drawn;
  }

  std::mt19937_64 random_;
};

TEST(CheapestMends, AreTheBestOfAllSets) {
  std::size_t with_choice = 0;
  for (std::uint64_t seed = 0; seed < 10'000 && !HasFailure(); ++seed) {
    const MendProblem problem = Draw(seed).problem(9);
    const auto chosen = cheapest_mends(problem);
    const auto cost = cost_of(problem, chosen);
    ASSERT_TRUE(cost) << "seed " << seed << ": the set breaks hops";
    EXPECT_EQ(*cost, best_of_all(problem)) << "seed " << seed;
    with_choice += chosen.empty() ? 0 : 1;
  }
  EXPECT_GT(with_choice, 5'000U);
}

TEST(CheapestMends, OfOneForManyAndManyForOneWeighImpactBeforeNumber) {
  // Signing one certificate (a service) against trusting it at two peers (nothing), then at a node each.
  const std::vector<SavedHops> hops = {{{{0}, {1}}, 1}, {{{0}, {2}}, 1}};
  EXPECT_THAT(cheapest_mends({{1, 0, 0}, {false, false, false}, hops, {}}), ElementsAre(1, 2));
  EXPECT_THAT(cheapest_mends({{1, 10, 10}, {false, false, false}, hops, {}}), ElementsAre(0));
}

TEST(CheapestMends, TakeTwoWhereOneAloneSavesNothing) {
  EXPECT_THAT(cheapest_mends({{1, 1, 1000}, {false, false, false}, {{{{0, 1}, {2}}, 3}}, {}}), ElementsAre(0, 1));
}

TEST(CheapestMends, LeaveAHopThatOnlyHarmWouldSave) {
  EXPECT_THAT(cheapest_mends({{0}, {true}, {{{{0}}, 5}}, {}}), IsEmpty());
}

TEST(CheapestMends, GoRoundSetsThatBreakTogether) {
  EXPECT_THAT(cheapest_mends({{0, 0, 10}, {false, false, false}, {{{{0}}, 1}, {{{1}, {2}}, 1}}, {{0, 1}}}),
              ElementsAre(0, 2));
}

// Three hundred peers of one certificate: each trusts it anew, or it is signed by another authority.
TEST(CheapestMends, AreFoundAmongHundreds) {
  MendProblem problem;
  problem.impacts.push_back(100);
  for (std::size_t peer = 1; peer <= 300; ++peer) {
    problem.impacts.push_back(1);
    problem.hops.push_back({{{0}, {peer}}, 1});
  }
  problem.breaks.assign(problem.impacts.size(), false);
  EXPECT_THAT(cheapest_mends(problem), ElementsAre(0));
}

}  // namespace
}  // namespace ucready::forecast
