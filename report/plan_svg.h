// A plan as a drawing: hops down, waves across, a letter and a colour in each cell. One file that needs nothing else;
// the letters and borders say all that the colours say.
#pragma once

#include <iosfwd>
#include <string>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

Result<void> write_plan_svg(const db::Database& database, const std::string& run_id, std::ostream& out);

}  // namespace ucready::report
