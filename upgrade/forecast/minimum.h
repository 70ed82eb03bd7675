// How high the minimum TLS version of each cluster, and of the site as a whole, can be set: which hops the next one
// breaks, and whose they are.
#pragma once

#include "upgrade/forecast/mend_ways.h"

namespace ucready::forecast {

// Today and after the last wave, of each cluster whose product has a minimum to set, every version it can be set to.
// Hops that break anyway count only where an end speaks nothing as high. Work grows with the kinds of hops, not with
// their number.
std::vector<db::ForecastMinimum> find_minimums(const Estate& estate, const CourseOfHops& course);

}  // namespace ucready::forecast
