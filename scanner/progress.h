// One line that says how far long work is: done of total, rate, time left. Only on a terminal, never with --quiet.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "scanner/command.h"

namespace ucready::scanner {

class ProgressLine {
 public:
  explicit ProgressLine(Console& console);
  ~ProgressLine();  // Clears the line.

  [[nodiscard]] bool shown() const { return shown_; }
  // `more` follows the standard figures.
  void update(std::uint64_t done, std::uint64_t total, std::string_view unit, std::string_view more);

 private:
  Console& console_;
  bool shown_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// "3 s", "4 min 10 s", "2 h 05 min"
std::string duration_text(std::chrono::seconds duration);

// What the line says; pure, for tests. `elapsed` since the start.
std::string progress_text(std::uint64_t done, std::uint64_t total, std::string_view unit,
                          std::chrono::duration<double> elapsed, std::string_view more);

}  // namespace ucready::scanner
