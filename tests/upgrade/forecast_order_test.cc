// The computed order against the best there is, found by going through every way from the first states to the last.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "upgrade/forecast/order.h"

namespace ucready::forecast {
namespace {

struct Site {
  std::vector<OrderCluster> clusters;
  std::vector<ForbiddenPair> forbidden;
};

// With `large` of just so many clusters that all have something to do.
Site draw(std::uint64_t seed, std::size_t most_clusters, bool large = false) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<int>(random() % n); };
  Site site;
  const std::size_t count = large ? most_clusters : 2 + static_cast<std::size_t>(below(most_clusters - 1));
  for (std::size_t i = 0; i < count; ++i) site.clusters.push_back({large ? 1 + below(2) : below(3), below(4)});
  const int pairs = below(9);
  for (int i = 0; i < pairs; ++i) {
    const auto first = static_cast<std::size_t>(below(count));
    const auto second = static_cast<std::size_t>(below(count));
    if (first == second) continue;
    const ForbiddenPair pair{first, below(static_cast<std::size_t>(site.clusters[first].last_state) + 1), second,
                             below(static_cast<std::size_t>(site.clusters[second].last_state) + 1)};
    if (pair.first_state + pair.second_state > 0) site.forbidden.push_back(pair);
  }
  return site;
}

using States = std::vector<int>;

bool stands_in(const States& states, const ForbiddenPair& pair) {
  return states[pair.first] == pair.first_state && states[pair.second] == pair.second_state;
}
bool allowed(const States& states, const std::vector<ForbiddenPair>& forbidden) {
  return std::ranges::none_of(forbidden, [&](const ForbiddenPair& pair) { return stands_in(states, pair); });
}

// The most waves of a course through allowed states only; nothing: there is no such course.
class BruteForce {
 public:
  BruteForce(const Site& site) : site_(site) {}

  std::optional<int> most_waves() {
    States last;
    for (const OrderCluster& cluster : site_.clusters) last.push_back(cluster.last_state);
    if (!allowed(last, site_.forbidden)) return std::nullopt;
    return longest(States(site_.clusters.size(), 0));
  }

 private:
  int longest(const States& from) {
    if (const auto known = known_.find(from); known != known_.end()) return known->second;
    int best = 0;
    States to = from;
    while (next(to, from)) {
      if (allowed(to, site_.forbidden)) best = std::max(best, 1 + longest(to));
    }
    // From where nothing allowed follows one cannot get to the end: only the end itself has no next.
    bool at_end = true;
    for (std::size_t i = 0; i < from.size(); ++i) at_end = at_end && from[i] == site_.clusters[i].last_state;
    return known_[from] = at_end ? 0 : best;
  }
  bool next(States& states, const States& from) const {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (states[i] < site_.clusters[i].last_state) {
        ++states[i];
        return true;
      }
      states[i] = from[i];
    }
    return false;
  }

  const Site& site_;
  std::map<States, int> known_;
};

// Walks through the order: every step once and in turn. Gives the forbidden pairs met after any wave.
std::set<ForbiddenPair> walk(const Site& site, const FoundOrder& order) {
  States states(site.clusters.size(), 0);
  std::set<ForbiddenPair> met;
  const auto look = [&] {
    for (const ForbiddenPair& pair : site.forbidden) {
      if (stands_in(states, pair)) met.insert(pair);
    }
  };
  look();
  for (const auto& wave : order.waves) {
    EXPECT_FALSE(wave.empty());
    for (const OrderStep& step : wave) {
      EXPECT_EQ(++states[step.cluster], step.to_state);
    }
    look();
  }
  for (std::size_t i = 0; i < states.size(); ++i) EXPECT_EQ(states[i], site.clusters[i].last_state);
  return met;
}

// What no order avoids: neither cluster can leave before the other comes, nor pass that state inside a wave.
bool hopeless(const Site& site, const ForbiddenPair& pair) {
  const bool first_leaves = pair.first_state < site.clusters[pair.first].last_state && pair.second_state > 0;
  const bool second_leaves = pair.second_state < site.clusters[pair.second].last_state && pair.first_state > 0;
  const auto passes = [&](std::size_t cluster, int state) {
    return state > 0 && state < site.clusters[cluster].last_state;
  };
  return !first_leaves && !second_leaves && !passes(pair.first, pair.first_state) &&
         !passes(pair.second, pair.second_state);
}

void compare(const Site& site, std::uint64_t seed) {
  const FoundOrder found = find_order(site.clusters, site.forbidden);
  const std::set<ForbiddenPair> met = walk(site, found);
  EXPECT_EQ(met, std::set<ForbiddenPair>(found.unavoidable.begin(), found.unavoidable.end())) << "seed " << seed;
  Site avoidable = site;
  std::erase_if(avoidable.forbidden, [&](const ForbiddenPair& pair) { return hopeless(site, pair); });
  for (const ForbiddenPair& pair : met) EXPECT_TRUE(hopeless(site, pair)) << "seed " << seed;
  const auto best = BruteForce(avoidable).most_waves();
  ASSERT_TRUE(best) << "seed " << seed;
  EXPECT_EQ(static_cast<int>(found.waves.size()), *best) << "seed " << seed;
}

TEST(Order, IsTheBestOfAllOfSmallSites) {
  for (std::uint64_t seed = 0; seed < 5000 && !HasFailure(); ++seed) compare(draw(seed, 4), seed);
}

TEST(Order, IsTheBestOfAllWithSevenClusters) {
  for (std::uint64_t seed = 0; seed < 100 && !HasFailure(); ++seed) compare(draw(seed, 7, true), seed);
}

TEST(Order, FollowsTheRecommendationWhereNothingForbids) {
  const FoundOrder found = find_order({{1, 5}, {1, 0}, {1, 4}}, {});
  ASSERT_EQ(found.waves.size(), 3U);
  EXPECT_EQ(found.waves[0][0].cluster, 1U);
  EXPECT_EQ(found.waves[1][0].cluster, 2U);
  EXPECT_EQ(found.waves[2][0].cluster, 0U);
}

TEST(Order, TakesTwoTogetherThatCannotStandApart) {
  const FoundOrder found = find_order({{1, 0}, {1, 1}}, {{0, 1, 1, 0}, {0, 0, 1, 1}});
  ASSERT_EQ(found.waves.size(), 1U);
  EXPECT_EQ(found.waves[0].size(), 2U);
  EXPECT_TRUE(found.unavoidable.empty());
}

TEST(Order, SaysWhatNoneAvoids) {
  const FoundOrder found = find_order({{1, 0}, {1, 1}}, {{0, 1, 1, 1}});
  EXPECT_EQ(found.unavoidable.size(), 1U);
}

// A chain of ten thousand clusters, each to go after the next.
TEST(Order, OfManyClustersIsFound) {
  constexpr std::size_t kCount = 10'000;
  std::vector<OrderCluster> clusters(kCount, OrderCluster{1, 0});
  std::vector<ForbiddenPair> forbidden;
  for (std::size_t i = 0; i + 1 < kCount; ++i) forbidden.push_back({i, 1, i + 1, 0});
  const FoundOrder found = find_order(clusters, forbidden);
  ASSERT_EQ(found.waves.size(), kCount);
  EXPECT_EQ(found.waves.front().front().cluster, kCount - 1);
}

}  // namespace
}  // namespace ucready::forecast
