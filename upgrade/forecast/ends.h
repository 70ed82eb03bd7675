// The two ends of a hop in given states, with all that is not known of them as doubts.
#pragma once

#include "db/forecast_rows.h"
#include "upgrade/forecast/states.h"
#include "upgrade/negotiation/doubt.h"

namespace ucready::forecast {

using Hop = db::ForecastHop;  // Between two nodes.

// In what is told of an end these stand for its name, so that hops between like ends share it.
inline constexpr const char* kClientName = "{client}";
inline constexpr const char* kServerName = "{server}";

struct HopEnds {
  negotiation::Ends ends;
  std::vector<negotiation::Doubt> doubts;
  Confidence confidence = Confidence::observed;  // Of the weakest fact that is not a doubt.

  // Every hello of the client was answered by this server as it is here: nothing of its choice is worked out.
  bool measured = false;
  bool measured_request = false;  // For a client certificate.
  std::vector<PresentedChain> measured_chains;

  bool upload_refused = false;  // The certificate that a renewal brings cannot be loaded.

  // What mends are about: where each end looks for the other's authority.
  std::string client_store;
  std::string server_store;
  std::vector<PresentedChain> server_chains;
  std::vector<PresentedChain> client_chains;

  // The days on which these are judged.
  Time server_chains_at{};
  Time client_chains_at{};

  // What a rehearsal is about besides: what those stores hold (nullptr: not known, a doubt says so) and the name that
  // the client may check (empty: it checks none).
  const trust::TrustStore* client_holds = nullptr;
  const trust::TrustStore* server_holds = nullptr;
  std::string checked_name;
};

HopEnds ends_of(const Estate& estate, const Hop& hop, const State& client, const State& server);

}  // namespace ucready::forecast
