// The cheapest set of mends, from numbers alone.
//
// Each group of hops has ways to be saved, and a way is all of its mends together. Chosen is a set that breaks nothing,
// saves as many hops as any such set, and costs least: the sum of impacts first, then the number of mends.
#pragma once

#include <cstddef>
#include <vector>

namespace ucready::forecast {

using Way = std::vector<std::size_t>;  // Numbers of mends, rising, each once.

struct SavedHops {
  std::vector<Way> ways;
  std::size_t hops = 0;

  auto operator<=>(const SavedHops&) const = default;
};

struct MendProblem {
  std::vector<int> impacts;  // Of each mend.
  std::vector<bool> breaks;  // Mends that break hops: they are never chosen.
  std::vector<SavedHops> hops;
  std::vector<Way> together;  // Sets that break hops together, though none of them does alone.
};

// Rising numbers. Groups that share no mend are settled one by one, each exactly where at most `most_tries` sets have
// to be looked at; else the best that was found until then is given.
std::vector<std::size_t> cheapest_mends(const MendProblem& problem, std::size_t most_tries = 200'000);

}  // namespace ucready::forecast
