// OpenSSL 3 in the place of ends that are something else, or that say what the OpenSSL at hand cannot.
//
// A stand-in is performed only where the model foretells the same verdict for it: what is rehearsed then is that a
// client takes that answer and a server that certificate. Which answer a stack picks that is no OpenSSL is not.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "rehearsal/scene.h"

namespace ucready::rehearsal {

enum class Scope {
  whole,       // Selection and acceptance.
  acceptance,  // The answer was laid into the server's mouth, or OpenSSL happens to pick the same.
};

struct StandIn {
  negotiation::Ends ends;
  negotiation::Outcome expected;  // Of these ends.
  Scope scope = Scope::whole;
  std::vector<std::string> notes;  // How they differ from the real ones.
};

// Error: why they cannot be performed, one clause.
Result<StandIn> stand_in_for(const Scene& scene, const negotiation::Outcome& forecast);

}  // namespace ucready::rehearsal
