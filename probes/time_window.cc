#include "probes/time_window.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <optional>

namespace ucready::probes {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::optional<minutes> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int hour = -1, minute = -1;
  const auto read = [](std::string_view digits, int& number) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  if (!read(text.substr(0, 2), hour) || !read(text.substr(3, 2), minute)) return std::nullopt;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  return minutes(hour * 60 + minute);
}

}  // namespace

seconds TimeWindow::until_open(seconds since_midnight) const {
  const bool over_midnight = to < from;
  const bool open =
      over_midnight ? since_midnight >= from || since_midnight < to : since_midnight >= from && since_midnight < to;
  if (open) return seconds(0);
  return since_midnight < from ? seconds(from) - since_midnight
                               : seconds(from) + std::chrono::hours(24) - since_midnight;
}

Result<TimeWindow> parse_time_window(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto from = parse_clock(text.substr(0, dash)), to = parse_clock(text.substr(dash + 1));
    if (from && to && *from != *to) return TimeWindow{*from, *to};
  }
  return fail(ErrorCode::invalid_input,
              fmt::format("--window {}: not a span of hours; write it as HH:MM-HH:MM, such as 22:00-05:30", text));
}

seconds local_time_of_day() {
  const std::time_t moment = std::time(nullptr);
  std::tm local{};
  localtime_r(&moment, &local);
  return seconds(local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec);
}

}  // namespace ucready::probes
