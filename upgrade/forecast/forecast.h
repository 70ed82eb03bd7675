// What becomes of every hop in every pair of states its ends may be in together.
#pragma once

#include <functional>

#include "db/forecast_rows.h"
#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

// The hops between nodes: a declared hop from or to a whole cluster is one for each of its nodes. Those without TLS are
// left out; `without_tls` counts them. A hop that is declared and seen is one.
std::vector<Hop> hops_between_nodes(const Estate& estate, std::size_t& without_tls);

// One cell: the hop with its ends in these states. `proven`: it was seen to work so.
db::ForecastCell forecast_cell(const Estate& estate, const Hop& hop, const State& client, const State& server);

// Every state of a hop's client with every state of its server, by number.
void each_pair_of_states(const States& states, const Hop& hop,
                         const std::function<void(std::size_t client, std::size_t server)>& visit);

// All cells of all hops: every state of the client with every state of the server. Cells of (0, 0) are `proven` where a
// capture holds full handshakes of this hop that were established, and none that failed.
std::vector<db::ForecastCell> forecast_cells(const Estate& estate, const States& states, const std::vector<Hop>& hops,
                                             const std::function<void(std::size_t done)>& progress = {});

}  // namespace ucready::forecast
