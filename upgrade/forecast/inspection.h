// A proxy that opens TLS connections between the two ends of a hop to look inside.
#pragma once

#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

// Adds the doubt where the setting `inspected` of the listener or of the client says that one stands there.
void doubt_inspection(const Estate& estate, const Place& client, const State& client_state, const Place& server,
                      const State& server_state, HopEnds& made);

}  // namespace ucready::forecast
