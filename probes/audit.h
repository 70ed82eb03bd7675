// Depth `full`: all that an interface takes, version by version, found by asking again without what it chose last.
#pragma once

#include <vector>

#include "db/interface_observation.h"
#include "probes/asker.h"

namespace ucready::probes {

// A hello that was accepted, and what it was answered with; flight and certificates are left out.
struct AcceptedHello {
  tls::HelloOffer offer;
  tls::ServerAnswer answer;
};

// One for each accepted version, in any order; the best known hello of each. Fills ciphers, groups, schemes and traits
// of `seen`. The versions are asked side by side, within the limits of the connector.
asio::awaitable<void> audit(Asker& asker, const std::vector<AcceptedHello>& accepted, db::InterfaceObservation& seen);

}  // namespace ucready::probes
