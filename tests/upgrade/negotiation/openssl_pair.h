// The oracle: an OpenSSL client and an OpenSSL server made like two profiles, talking over memory BIOs.
#pragma once

#include "tests/upgrade/negotiation/draw.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

// What was seen of a real attempt: an Outcome without branches, reason and explanation.
struct Observed {
  std::optional<HelloFacts> hello;  // The first ClientHello, as the client wrote it.
  Outcome outcome;
};
Observed perform(const Pair& pair);

// The server's part alone, met by a hello of ours: for what no OpenSSL client can be made to say.
Outcome answer_of_openssl(const tls::HelloOffer& offer, const ServerProfile& server);

// As command lines, for a person to try again.
std::string as_commands(const Pair& pair);

}  // namespace ucready::negotiation
