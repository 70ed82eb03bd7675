// Words of a site file that the program writes: whatever they hold, its own reader takes them as they are.
#pragma once

#include <string>
#include <string_view>

namespace ucready::report {

// For behind a "#": escaped, ASCII, and cut where it is long.
std::string comment(std::string_view text);
// A YAML scalar between double quotes (YAML 1.2 section 7.3.1).
std::string yaml_scalar(std::string_view text);

}  // namespace ucready::report
