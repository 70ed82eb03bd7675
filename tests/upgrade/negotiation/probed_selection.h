// The second stage alone against a server of any stack: a drawn hello of ours, the answer read by the hello probe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "tests/upgrade/negotiation/draw.h"
#include "tls/hello_probe.h"

namespace ucready::negotiation {

// A server made like a profile: takes what the client sent, gives what it answers; asked with nothing, what it says
// besides, until there is no more. One a connection.
using ServerMaker = std::function<std::function<Bytes(ByteView)>(const ServerProfile&)>;

struct ProbedCase {
  tls::HelloOffer offer;
  ServerProfile server;
};
// `stack` decides what is worth drawing; lists hold only what all of them can be told. The hello names the
// certificates' host or none.
ProbedCase draw_case(std::uint64_t seed, Stack stack);

// Which of these the cases went through fewer times than `least`.
std::vector<std::string> rarely_reached(const std::map<std::string_view, std::size_t>& points, std::size_t least,
                                        std::initializer_list<std::string_view> wanted);

// Empty where forecast and answer agree; otherwise both in words. `points`: what the forecast went through.
std::string compare(const ProbedCase& drawn, const ServerMaker& make, std::map<std::string_view, std::size_t>& points);

}  // namespace ucready::negotiation
