// A plan for a person: the verdict, the waves, which hops break when and why, what to mend, what is not known.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "report/hop_figures.h"

namespace ucready::report {

struct PlanFigures {
  std::size_t hops = 0;  // Between nodes, with TLS.
  std::size_t works_today = 0;
  std::size_t breaks_today = 0;
  std::size_t unknown_today = 0;
  std::size_t unknown_at_worst = 0;    // Today or after the wave of which most is not known.
  std::size_t break_at_some_wave = 0;  // Not today.
  std::size_t mends = 0;
};

// `waves`: of the same plan. Throws SQLite::Exception.
PlanFigures plan_figures(const RowSource& rows, const std::string& run_id, const std::vector<WaveFigures>& waves);
std::string verdict_of(const PlanFigures& figures);

// `notes` stand under the verdict. `without_tls`: hops that the plan leaves out because they carry none.
Result<PlanFigures> write_plan(const db::Database& database, const std::string& run_id, std::size_t without_tls,
                               const std::vector<std::string>& notes, std::ostream& out, std::size_t columns);

// The hops between clusters after the last wave as a graph for Graphviz: worst outcome of each pair as the colour and
// as the line's style.
Result<void> write_plan_dot(const db::Database& database, const std::string& run_id, std::ostream& out);

}  // namespace ucready::report
