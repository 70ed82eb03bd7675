// Changes that make breaking hops work, each tried out over all hops before it is proposed, and the cheapest set of
// them.
#pragma once

#include "upgrade/forecast/mend_ways.h"

namespace ucready::forecast {

// Those of the cheapest set first, then the others; each by the wave before which it is to be done. `estate` is changed
// while mends are tried and is as before when they are told. At most 1000.
std::vector<db::Mend> find_mends(Estate& estate, const CourseOfHops& course);

}  // namespace ucready::forecast
