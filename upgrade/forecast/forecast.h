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

// Every state of a hop's client with every state of its server, by number.
void each_pair_of_states(const States& states, const Hop& hop,
                         const std::function<void(std::size_t client, std::size_t server)>& visit);

// Who saw that a hop works.
enum class Witness : std::uint8_t { nobody, the_system, a_capture };

// Hops of one kind fare alike: no fact tells their ends apart.
struct Kinds {
  std::vector<std::uint32_t> of_hop;
  std::vector<std::size_t> examples;  // A hop of each kind.
  std::vector<std::size_t> counts;    // Hops of each kind.
  std::vector<Witness> proven;        // Who tells of established full handshakes of it, and of none that failed.
};
Kinds kinds_of(const Estate& estate, const States& states, const Hops& hops);

// What becomes of all hops.
class Cells {
 public:
  // Of one kind together, and in it every state of the client with every one of the server.
  std::vector<db::ForecastCell> all;
  Kinds kinds;
  std::vector<std::size_t> firsts;         // Of each kind.
  std::vector<std::size_t> server_states;  // Of each kind.

  [[nodiscard]] const db::ForecastCell& at(std::size_t hop, int client_state, int server_state) const {
    const std::uint32_t kind = kinds.of_hop[hop];
    return all[firsts[kind] + static_cast<std::size_t>(client_state) * server_states[kind] +
               static_cast<std::size_t>(server_state)];
  }
};

// Cells of (0, 0) are `proven` where their kind is.
Cells forecast_cells(const Estate& estate, const States& states, const Hops& hops,
                     const std::function<void(std::size_t done, std::size_t of)>& progress = {});

}  // namespace ucready::forecast
