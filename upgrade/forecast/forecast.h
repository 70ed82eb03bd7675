// What becomes of every hop in every pair of states its ends may be in together.
#pragma once

#include <functional>

#include "db/forecast_rows.h"
#include "upgrade/forecast/hops.h"

namespace ucready::forecast {

// One cell: the hop with its ends in these states. `proven`: it was seen to work so.
db::ForecastCell forecast_cell(const Estate& estate, const Hop& hop, const State& client, const State& server);

// The sentence with the names of this hop's ends in it.
std::string explanation_for(const Hop& hop, std::string explanation);

// What becomes of all hops.
struct Cells {
  std::vector<std::uint32_t> kinds;     // Of each hop.
  std::vector<db::ForecastCell> cells;  // Of one kind together; every state of the client with every one of the server.
  struct Kind {
    std::size_t first = 0;  // Of its cells.
    std::size_t server_states = 0;
    std::size_t example = 0;  // A hop of this kind.
  };
  std::vector<Kind> of_kind;

  [[nodiscard]] const db::ForecastCell& at(std::size_t hop, int client_state, int server_state) const {
    const Kind& kind = of_kind[kinds[hop]];
    return cells[kind.first + static_cast<std::size_t>(client_state) * kind.server_states +
                 static_cast<std::size_t>(server_state)];
  }
};

// Cells of (0, 0) are `proven` where a capture holds full handshakes of a hop that were established, and none that
// failed.
Cells forecast_cells(const Estate& estate, const States& states, const Hops& hops,
                     const std::function<void(std::size_t done)>& progress = {});

}  // namespace ucready::forecast
