// The hours in which a site may be scanned: "22:00-05:30", this machine's local time.
#pragma once

#include <chrono>
#include <string_view>

#include "core/result.h"

namespace ucready::probes {

struct TimeWindow {
  std::chrono::minutes from{};
  std::chrono::minutes to{};  // Not before `from`: ends on the same day; before it: on the next.

  // How long until it is open, at that moment of the day; zero inside it.
  [[nodiscard]] std::chrono::seconds until_open(std::chrono::seconds since_midnight) const;
  bool operator==(const TimeWindow&) const = default;
};

Result<TimeWindow> parse_time_window(std::string_view text);
std::chrono::seconds local_time_of_day();

}  // namespace ucready::probes
