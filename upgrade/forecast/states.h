// The states a cluster passes through, and which of them each wave leads to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "upgrade/forecast/estate.h"

namespace ucready::forecast {

// Between two steps. State 0 is today.
struct State {
  std::string release;                         // Empty: unknown.
  std::map<std::string, std::string> changes;  // Settings that a step or a what-if changed, with their new values.
  std::string step;                            // What led here: "upgrade to 15SU4a"; empty: today.
  bool upgraded = false;                       // The release is not today's.
  std::vector<std::string> path;               // Releases before this one, today's first.
  std::string day;                             // ISO day of the wave that led here; empty: none was given.
};
using States = std::map<std::string, std::vector<State>, std::less<>>;  // By cluster; each has at least one.

// A wave moves clusters from one state to a later one; what stands between is passed inside the wave. One with a date
// also moves those whose certificates end before it.
struct Move {
  std::string cluster;
  int before = 0;
  int after = 0;
};
struct Wave {
  std::string date;  // ISO day; empty: none.
  std::vector<Move> moves;
};

// A what-if: a setting as if it were so today.
struct Supposition {
  std::string cluster;
  std::string setting;
  std::string value;
};

struct Course {
  States states;
  std::vector<Wave> waves;  // Empty where the site gives no order.
  bool given = false;       // The site gives an order.
};

// Every cluster that was declared or is an end of a hop, as it is today.
States states_today(const Estate& estate);

// The states from release, `via` and target of each cluster and from the order's settings, and the waves of that order.
// Clusters with a target that the order leaves out stay as they are; `notes` says so. Errors: an order or what-if that
// names a cluster nobody declared.
Result<Course> course_of(const Estate& estate, const std::vector<Supposition>& suppositions,
                         std::vector<std::string>& notes);

}  // namespace ucready::forecast
