// Every cell of a forecast as scenes, each kind of scene performed once.
#pragma once

#include "rehearsal/rehearse.h"
#include "upgrade/forecast/forecast.h"

namespace ucready::rehearsal {

// A scene that was performed, and what it stands for.
struct Act {
  Rehearsal rehearsal;
  std::size_t cells = 0;  // Pairs of states of hops in which it is one of the possible cases.
  // The first of them.
  forecast::Hop hop;
  std::string client_release;
  std::string server_release;
};

struct Programme {
  std::vector<Act> acts;
  std::size_t hops = 0;
  std::size_t cells = 0;
  // Cells with more open facts than are followed; the forecast calls them unknown for it.
  std::size_t cells_too_open = 0;
  // Cells with a renewed certificate that the product does not take: there is nothing to perform.
  std::size_t cells_refused_upload = 0;

  [[nodiscard]] std::size_t count(Agreement agreement) const;
};

Programme rehearse_all(
    const forecast::Estate& estate, const forecast::States& states, const forecast::Hops& hops,
    const std::function<void(std::size_t kinds_done, std::size_t kinds, std::size_t acts)>& progress = {});

}  // namespace ucready::rehearsal
