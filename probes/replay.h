// Asks an interface what a client would be told: the client's recorded offers, one connection each.
#pragma once

#include "probes/interface_probe.h"

namespace ucready::probes {

// The target has offers. What comes back has an answer for each that was asked, in their order, and the interface's
// state; where nobody is there or nobody speaks TLS, one question says so. Errors as of probe_interface().
asio::awaitable<Result<db::InterfaceObservation>> replay_offers(const Target& target, std::string address,
                                                                const ProbeOptions& options, ProbeTools& tools);

// At most so many connections for each offer.
inline constexpr std::uint32_t kMostTriesOfOffer = 4;

}  // namespace ucready::probes
