// Identifiers of runs: 26 letters and digits that sort by time and are unique across machines (ulid specification).
#pragma once

#include <chrono>
#include <string>

namespace ucready {

// Later than every one that this process made before, in one millisecond and when its clock is set back. Thread-safe.
std::string make_ulid();

}  // namespace ucready
