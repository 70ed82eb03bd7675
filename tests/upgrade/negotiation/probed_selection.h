// The second stage alone against a server of any stack: a drawn hello of ours, the answer read by the hello probe.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/bytes.h"
#include "tests/upgrade/negotiation/draw.h"
#include "tls/hello_probe.h"

namespace ucready::negotiation {

// A server made like a profile: takes what the client sent, gives what it answers. One a connection.
using ServerMaker = std::function<std::function<Bytes(ByteView)>(const ServerProfile&)>;

struct ProbedCase {
  tls::HelloOffer offer;
  ServerProfile server;
};
// `stack` decides what is worth drawing; lists hold only what all of them can be told.
ProbedCase draw_case(std::uint64_t seed, Stack stack);

// Empty where forecast and answer agree; otherwise both in words. `points`: what the forecast went through.
std::string compare(const ProbedCase& drawn, const ServerMaker& make, std::map<std::string_view, std::size_t>& points);

}  // namespace ucready::negotiation
