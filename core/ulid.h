// Identifiers of runs: 26 letters and digits that sort by time and are unique across machines (ulid specification).
#pragma once

#include <chrono>
#include <string>

namespace ucready {

std::string make_ulid();

}  // namespace ucready
