// What breaks when a certificate is replaced by a new one before anybody else is told.
#pragma once

#include "upgrade/forecast/hops.h"

namespace ucready::forecast {

// Hops between the same two faces that fare worse for one reason.
struct RenewalBreak {
  Hop example;
  std::size_t pairs = 0;  // Of nodes.
  db::HopOutcome outcome = db::HopOutcome::unknown;
  std::string reason;
  std::string explanation;  // Of the example.
};

struct RenewalEffect {
  bool of_authority = false;  // Of those that it issued, once its successor issues them.
  std::size_t hops = 0;       // Known ones, today.
  std::vector<RenewalBreak> worse;
};

// As things stand today. A leaf gets a successor of the same authority, names and purposes, with another key; an
// authority one that no store holds. The estate is as before when it returns.
RenewalEffect effect_of_renewal(Estate& estate, const Certificate& certificate);

}  // namespace ucready::forecast
