// Which TLS versions an end speaks in a state.
#pragma once

#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

struct VersionQuestion {
  Place place;
  std::string name;
  const upgrade::Product* product = nullptr;
  std::string tls13_from;                       // Of the listener or service; empty: the product's.
  std::string floor;                            // It never goes below this version.
  std::vector<std::string> accepted;            // As the newest scan or capture has it of today; empty: not seen.
  std::optional<negotiation::Reason> no_tls13;  // A limitation that takes TLSv1.3 away.
  bool ignores_minimum = false;                 // What tls_min says does not hold for it.
  std::string highest;                          // Its model knows nothing above; empty: no such limit.
};

// Sets the versions of one end of `made`, or adds the doubt about them.
void add_versions(const Estate& estate, const VersionQuestion& asked, const State& state, negotiation::Side side,
                  HopEnds& made);

}  // namespace ucready::forecast
