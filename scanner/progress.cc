#include "scanner/progress.h"

#include <fmt/format.h>

#include <ostream>

namespace ucready::scanner {

ProgressLine::ProgressLine(Console& console) : console_(console), shown_(console.err_is_terminal && !console.quiet) {}

ProgressLine::~ProgressLine() {
  if (shown_) console_.err << "\r\x1b[K" << std::flush;
}

void ProgressLine::update(std::uint64_t done, std::uint64_t total, std::string_view unit, std::string_view more) {
  if (!shown_) return;
  std::string text = progress_text(done, total, unit, std::chrono::steady_clock::now() - started_, more);
  const auto width = static_cast<std::size_t>(console_.columns > 1 ? console_.columns - 1 : 1);
  if (text.size() > width) text.resize(width);
  console_.err << '\r' << text << "\x1b[K" << std::flush;
}

std::string duration_text(std::chrono::seconds duration) {
  const auto total = duration.count();
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} h {:02} min", total / 3600, total / 60 % 60);
}

std::string progress_text(std::uint64_t done, std::uint64_t total, std::string_view unit,
                          std::chrono::duration<double> elapsed, std::string_view more) {
  const double rate = elapsed.count() > 0 ? static_cast<double>(done) / elapsed.count() : 0;
  std::string left = "?";
  if (rate > 0 && total >= done) {
    left =
        duration_text(std::chrono::seconds(static_cast<std::int64_t>(static_cast<double>(total - done) / rate + 0.5)));
  }
  return fmt::format("{}/{} {}, {:.1f}/s, {} left{}{}", done, total, unit, rate, left, more.empty() ? "" : ", ", more);
}

}  // namespace ucready::scanner
