// Moments as the contract writes them: UTC, ISO 8601 with Z, whole seconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ucready {

using Time = std::chrono::sys_seconds;

Time now();
std::string to_iso8601(Time time);                                              // "2026-11-23T07:43:00Z"
std::string to_iso8601(std::chrono::sys_time<std::chrono::milliseconds> time);  // with milliseconds
// A moment ("2026-11-23T07:43:00Z") or a day ("2026-11-23", its first second).
std::optional<Time> parse_iso8601(std::string_view text);

}  // namespace ucready
