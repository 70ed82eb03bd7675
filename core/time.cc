#include "core/time.h"

#include <fmt/chrono.h>

#include <charconv>

namespace ucready {
namespace {

using std::chrono::floor;

struct Civil {
  std::chrono::year_month_day day;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
};

Civil split(Time time) {
  const auto day = floor<std::chrono::days>(time);
  return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<std::chrono::seconds>{time - day}};
}

std::string write(Time time, std::string_view fraction) {
  const Civil civil = split(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(civil.day.year()),
                     static_cast<unsigned>(civil.day.month()), static_cast<unsigned>(civil.day.day()),
                     civil.clock.hours().count(), civil.clock.minutes().count(), civil.clock.seconds().count(),
                     fraction);
}

std::optional<int> number(std::string_view text, std::size_t at, std::size_t width) {
  if (text.size() < at + width) return std::nullopt;
  int value = 0;
  const char* const first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + width, value);
  if (error != std::errc{} || end != first + width || value < 0) return std::nullopt;
  return value;
}

}  // namespace

Time now() { return floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string to_iso8601(Time time) { return write(time, ""); }

std::string to_iso8601(std::chrono::sys_time<std::chrono::milliseconds> time) {
  const auto seconds = floor<std::chrono::seconds>(time);
  return write(seconds, fmt::format(".{:03}", (time - seconds).count()));
}

std::optional<Time> parse_iso8601(std::string_view text) {
  const auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  Time time = std::chrono::sys_days{date};
  if (text.size() == 10) return time;
  const auto hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return time + std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

}  // namespace ucready
