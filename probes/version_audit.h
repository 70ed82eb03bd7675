// Suites, groups and signature schemes of one version.
#pragma once

#include "probes/audit.h"
#include "probes/hello_offers.h"

namespace ucready::probes {

// Adds to `seen`. `leaves`: the kinds of leaf that the version shows.
asio::awaitable<void> audit_version(Asker& asker, const AcceptedHello& accepted, std::vector<LeafKind> leaves,
                                    db::InterfaceObservation& seen);

// For a server that shows another chain to who asks without a name: adds the suites that only such a hello is given.
asio::awaitable<void> audit_more_suites(Asker& asker, const AcceptedHello& nameless, db::InterfaceObservation& seen);

}  // namespace ucready::probes
