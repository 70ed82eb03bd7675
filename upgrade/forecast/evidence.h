// Which facts would settle the hops that are not known, of whom they are asked, how, and how long that takes.
#pragma once

#include "upgrade/forecast/mend_ways.h"

namespace ucready::forecast {

// One for each node and fact on which a hop turns that is unknown today or after some wave, those on which most hops
// turn first.
std::vector<db::ForecastEvidence> find_evidence(const Estate& estate, const CourseOfHops& course);

}  // namespace ucready::forecast
