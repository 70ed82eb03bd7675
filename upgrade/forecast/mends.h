// Changes that make breaking hops work, each tried out over all hops before it is proposed.
#pragma once

#include "upgrade/forecast/forecast.h"

namespace ucready::forecast {

struct CourseOfHops {
  const States& states;
  const std::vector<db::ForecastWave>& waves;
  const Hops& hops;
  const Cells& cells;
};

// The cheapest first: what saves most hops, and soonest. `estate` is changed while mends are tried and is as before
// when they are told. At most 1000.
std::vector<db::Mend> find_mends(Estate& estate, const CourseOfHops& course);

}  // namespace ucready::forecast
