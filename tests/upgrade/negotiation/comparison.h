// Pairs and hellos in words, for a person who looks at where forecast and observation part.
#pragma once

#include <string>

#include "tests/upgrade/negotiation/draw.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

std::string leaf_text(const std::string& id);  // "ec:P-256/3": kind of key and number of the flaw; "-": none.
std::string to_text(const Pair& pair);
std::string to_text(const HelloFacts& hello);

}  // namespace ucready::negotiation
