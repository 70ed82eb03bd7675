// Which changes a breaking hop calls for: the entries of the catalogue that name its reason, at either end.
#pragma once

#include <vector>

#include "upgrade/forecast/mend_change.h"

namespace ucready::forecast {

// A hop in one pair of states, and what was forecast of it.
struct Ailing {
  const Hop& hop;
  const db::ForecastCell& cell;
  int client_state = 0;
  int server_state = 0;
};

// Breaks, or hangs on whether a certificate is still loaded, which another certificate would settle.
bool ails(const db::ForecastCell& cell);

// Whether they help is not asked here.
std::vector<Change> calls_of(const ChangedSite& site, const Ailing& ailing);

}  // namespace ucready::forecast
