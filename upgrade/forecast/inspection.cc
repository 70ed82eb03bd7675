#include "upgrade/forecast/inspection.h"

#include <fmt/format.h>

#include "upgrade/forecast/end_facts.h"

namespace ucready::forecast {
namespace {

// It shows a certificate of its own making, whose authority nobody told of, and has no key of the client's to show.
void inspect(negotiation::Ends& ends) {
  negotiation::Chain forged;
  forged.id = "inspection";
  forged.key = negotiation::KeyKind::rsa;
  forged.key_bits = 2048;
  ends.server.keys = {forged};
  ends.server.measured.reset();  // That was asked past the proxy.
  ends.client.trust.anchors[forged.id] = negotiation::Anchor::none;
  ends.client.keys.clear();
}

}  // namespace

void doubt_inspection(const Estate& estate, const Place& client, const State& client_state, const Place& server,
                      const State& server_state, HopEnds& made) {
  const bool inspected = setting_of(estate, server, server_state, "inspected").value == "true" ||
                         setting_of(estate, client, client_state, "inspected").value == "true";
  if (!inspected) return;
  made.doubts.push_back(negotiation::doubt_over(
      fmt::format("what the proxy that inspects connections from {} to {} makes of this one", kClientName, kServerName),
      "inspection", std::vector{false, true}, [](negotiation::Ends& ends, bool opened) {
        if (opened) inspect(ends);
      }));
}

}  // namespace ucready::forecast
