// A plan as a whole: the course, every hop's cells, an order, and what to mend.
#pragma once

#include "upgrade/forecast/mends.h"

namespace ucready::forecast {

// Its rows look up hops in the estate, which must outlive them.
struct Plan {
  Course course;
  db::ForecastRows rows;
  std::size_t without_tls = 0;     // Hops between nodes that carry none.
  std::vector<std::string> notes;  // For people; names in them are printable.
};

// Where the site gives no order and clusters have targets, one is worked out in which no hop breaks if there is such.
Result<Plan> make_plan(Estate& estate, const std::vector<Supposition>& suppositions,
                       const std::function<void(std::size_t done, std::size_t of)>& progress = {});

}  // namespace ucready::forecast
