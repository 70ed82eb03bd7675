// The oracle: a pair performed by OpenSSL endpoints that hold the certificates of this world.
#pragma once

#include <functional>

#include "rehearsal/performance.h"
#include "tests/upgrade/negotiation/draw.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

struct Observed : rehearsal::Observed {
  std::optional<HelloFacts> forged;  // What the server was given instead of the client's hello.
};

struct ForgedHello;
// Somebody between the two, who turns the client's hello into another: for what no OpenSSL client can be made to say,
// and for answers that no OpenSSL server gives to the hello that its client wrote.
using Forgery = std::function<ForgedHello(const HelloFacts&)>;

Observed perform(const Pair& pair, const Forgery& forge = nullptr);

// The two ends as openssl s_server and s_client, for a person to try again; certificates by their kind.
std::string as_commands(const Pair& pair);

}  // namespace ucready::negotiation
