// The yes and no of a TLS server that one hello tells: docs/database.md, v_interface_trait.
#pragma once

#include "probes/audit.h"

namespace ucready::probes {

// Of what the accepted hellos were answered with; no question is asked.
void read_traits(const AcceptedHello& accepted, db::InterfaceObservation& seen);

// Of the whole interface, at its best version and the one below: at most nine connections.
asio::awaitable<void> audit_traits(Asker& asker, const std::vector<AcceptedHello>& accepted,
                                   db::InterfaceObservation& seen);

}  // namespace ucready::probes
