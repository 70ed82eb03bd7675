// In which order a client offers suites and signature schemes: what decides between an RSA and an ECDSA certificate.
#pragma once

#include "upgrade/forecast/version_range.h"

namespace ucready::forecast {

// As `ciphers` states them, else the usual ones; without ECDSA suites where the listener has none.
void set_server_suites(const Known& ciphers, bool ecdsa, negotiation::Profile& server);

// As `ciphers` and `prefer` state it, else as the release and the way to it let assume; a doubt where nothing does.
void add_offer_order(const Estate& estate, const Place& place, const std::string& name, const upgrade::Product* product,
                     const State& state, HopEnds& made);

// As captures have it; an upgrade keeps suites and schemes, and brings the versions of its release. Where the server
// was seen to answer such a hello, its answer comes along with it.
struct StatesOfEnds {
  const State& client;
  const State& server;
};
void add_seen_offers(const Estate& estate, const VersionQuestion& asked, const Hop& hop,
                     const std::vector<SeenHello>& hellos, const StatesOfEnds& states, HopEnds& made);

}  // namespace ucready::forecast
