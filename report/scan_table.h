// What a scan saw, one line an interface, for a person with ten seconds: where, which versions, which leaves, whether a
// client certificate is asked for. Interfaces that are not there are counted, not listed.
#pragma once

#include <iosfwd>
#include <string>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

// Streams; `columns` is the width to stay within where possible; 0: no line is cut.
Result<void> write_scan_table(const db::Database& database, const std::string& run_id, std::ostream& out, int columns);

}  // namespace ucready::report
