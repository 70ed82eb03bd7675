// An order of steps in which no hop breaks, worked out from the cells that do.
//
// A cell (client state, server state) that breaks forbids the two clusters to stand in those states together. Where
// they stand at the border of the course that is a precedence between two steps; in its middle it is a choice: one
// leaves before the other comes, or passes that state inside a wave. Clusters whose steps demand each other share a
// wave. What is left is sorted by precedence, ties by the recommended order of the products (cisco-facts section 6).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"

namespace ucready::forecast {

// Clusters are numbers here; each passes its states from 0 to the last, one step at a time.
struct OrderCluster {
  int last_state = 0;
  int rank = 0;  // Of the recommended order; lower goes first.
};

// The two must not stand in these states at the same time.
struct ForbiddenPair {
  std::size_t first = 0;
  int first_state = 0;
  std::size_t second = 0;
  int second_state = 0;

  auto operator<=>(const ForbiddenPair&) const = default;
};

struct OrderStep {
  std::size_t cluster = 0;
  int to_state = 0;
};

struct FoundOrder {
  std::vector<std::vector<OrderStep>> waves;  // Steps of one wave are taken together.
  // Pairs that no order avoids: the first and the last states of all, and those that a search could not avoid.
  std::vector<ForbiddenPair> unavoidable;
};

// `most_tries` bounds the search through the choices; beyond it the best order so far is given.
FoundOrder find_order(const std::vector<OrderCluster>& clusters, const std::vector<ForbiddenPair>& forbidden,
                      std::size_t most_tries = 20'000);

}  // namespace ucready::forecast
