// What servers answered to clients' own offers, as a table for people.
#pragma once

#include <iosfwd>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

// Of one run of kind `replay`: by client and server, a line for each offer. Text of servers is escaped.
Result<void> write_answer_table(const db::Database& database, const std::string& run_id, std::ostream& out);

}  // namespace ucready::report
