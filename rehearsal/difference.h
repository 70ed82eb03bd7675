// Where forecast and observation part, in words.
#pragma once

#include <functional>
#include <string>

#include "upgrade/negotiation/negotiate.h"

namespace ucready::rehearsal {

// What a leaf is called; by itself its id.
using LeafName = std::function<std::string(const std::string& id)>;

// One line a difference; empty: they agree. Reasons and explanations are the model's own and are not compared.
std::string difference(const negotiation::Outcome& forecast, const negotiation::Outcome& observed,
                       const LeafName& leaf_name = {});
std::string difference(const negotiation::HelloFacts& forecast, const negotiation::HelloFacts& observed);

}  // namespace ucready::rehearsal
