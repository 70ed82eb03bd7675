// A change as the plan tells it, in the words of the catalogue.
#pragma once

#include "db/forecast_rows.h"
#include "upgrade/forecast/mend_ways.h"

namespace ucready::forecast {

db::Mend told(const Candidate& candidate);

}  // namespace ucready::forecast
