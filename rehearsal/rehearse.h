// One scene performed, and held against its forecast.
#pragma once

#include <optional>

#include "rehearsal/performance.h"
#include "rehearsal/scene.h"
#include "rehearsal/stand_in.h"
#include "rehearsal/twins.h"

namespace ucready::rehearsal {

enum class Agreement { agree, disagree, not_rehearsed };
std::string_view to_text(Agreement agreement);
std::string_view to_text(Scope scope);

struct Rehearsal {
  Agreement agreement = Agreement::not_rehearsed;
  Scope scope = Scope::whole;
  std::vector<std::string> notes;  // What stood in for what; why it was not rehearsed.
  negotiation::Outcome forecast;
  std::optional<Observed> observed;
  std::string differences;  // One a line; empty unless they disagree.
  // Kinds of the server's leaf, "rsa" or "ecdsa"; empty: none was sent.
  std::string forecast_key_type;
  std::string observed_key_type;
  // Both ends in full, as performed; empty unless they disagree.
  std::string client;
  std::string server;
};

Rehearsal rehearse(const Scene& scene, const negotiation::Outcome& forecast, Twins& twins);

}  // namespace ucready::rehearsal
