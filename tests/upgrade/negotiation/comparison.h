// Where forecast and observation part, in words; and a pair made smaller as long as they do.
#pragma once

#include <string>

#include "tests/upgrade/negotiation/draw.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

// Empty: they agree. Reasons and explanations are the model's own and are not compared.
std::string difference(const Outcome& forecast, const Outcome& observed);
std::string difference(const HelloFacts& forecast, const HelloFacts& observed);
std::string to_text(const Pair& pair);
std::string to_text(const HelloFacts& hello);

}  // namespace ucready::negotiation
