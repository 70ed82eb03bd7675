// How a listener with an RSA and an ECDSA certificate chooses between them in TLSv1.3: CUCM and IM and Presence have a
// parameter for it from 15SU2 on (docs/negotiation.md).
#pragma once

#include "db/interface_observation.h"
#include "probes/asker.h"

namespace ucready::probes {

inline constexpr const char* kPreferenceTrait = "certificate_preference";

// Two hellos, mirrors of each other, where both certificates were seen at TLSv1.3 and the service is one that the
// parameter rules. Adds the trait: 1, the suites up to TLSv1.2 choose; 0, the schemes do, as in any stock OpenSSL or
// JSSE; no value, both hellos were shown the same certificate, or one none.
asio::awaitable<void> fingerprint_preference(Asker& asker, db::InterfaceObservation& seen);

// Of that cost.
bool may_have_preference(const Target& target);

}  // namespace ucready::probes
