// The oracle: an OpenSSL client and an OpenSSL server made like two profiles, talking over memory BIOs.
#pragma once

#include <functional>

#include "tests/upgrade/negotiation/draw.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

// What was seen of a real attempt: an Outcome without branches, reason and explanation.
struct Observed {
  std::optional<HelloFacts> hello;   // The first ClientHello, as the client wrote it.
  std::optional<HelloFacts> forged;  // What the server was given instead.
  Outcome outcome;
  bool downgrade_mark = false;
  std::optional<CipherSuite> retry_suite;  // Of a HelloRetryRequest.
  std::optional<Group> retry_group;
};

struct ForgedHello;
// Somebody between the two, who turns the client's hello into another: for what no OpenSSL client can be made to say,
// and for answers that no OpenSSL server gives to the hello that its client wrote.
using Forgery = std::function<ForgedHello(const HelloFacts&)>;

Observed perform(const Pair& pair, const Forgery& forge = nullptr);

// The two ends as openssl s_server and s_client, for a person to try again; certificates by their kind.
std::string as_commands(const Pair& pair);

}  // namespace ucready::negotiation
