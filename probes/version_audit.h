// Suites, groups and signature schemes of one version.
#pragma once

#include "probes/audit.h"
#include "probes/common_points.h"
#include "probes/hello_offers.h"

namespace ucready::probes {

// Adds to `seen`. `hashes`: what the interface is likely to sign with. With TLSv1.3 it meets every kind of leaf.
asio::awaitable<void> audit_version(Asker& asker, const AcceptedHello& accepted, Hashes hashes,
                                    db::InterfaceObservation& seen);

// For a server that shows another chain to who asks without a name: adds the suites that only such a hello is given.
asio::awaitable<void> audit_more_suites(Asker& asker, const AcceptedHello& nameless, db::InterfaceObservation& seen);

}  // namespace ucready::probes
