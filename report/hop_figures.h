// How many hops fare how today and after each wave: counted here for every report, from the plan's own rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/rows.h"

namespace ucready::report {

// Pairs of nodes with TLS between them, by what the plan says of them. They add up to all().
struct HopFigures {
  std::int64_t proven = 0;
  std::int64_t robust = 0;
  std::int64_t derived = 0;
  std::int64_t breaks = 0;
  std::int64_t unknown = 0;

  [[nodiscard]] std::int64_t works() const { return proven + robust + derived; }
  [[nodiscard]] std::int64_t all() const { return works() + breaks + unknown; }
  bool operator==(const HopFigures&) const = default;
};

struct WaveMove {
  std::string cluster;
  std::string change;  // "upgrade to 15SU4a", "tls_min = TLSv1.3"
};

struct WaveFigures {
  std::int64_t wave = 0;  // 0: today.
  std::string date;       // Empty: none.
  std::vector<WaveMove> moves;
  HopFigures hops;                // As they stand when the wave is over, if nothing is mended.
  std::int64_t mixed_breaks = 0;  // Pairs of states that occur only while it is under way, and break.
};

// Of one plan, from today on; nothing where there is no such plan. Throws SQLite::Exception.
std::vector<WaveFigures> wave_figures(const RowSource& rows, const std::string& plan_run_id);

// Hops that do not break today and do so after some wave, if nothing is mended.
std::int64_t breaks_later(const RowSource& rows, const std::string& plan_run_id);

}  // namespace ucready::report
