// What servers answered to clients' own offers, as a table for people.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

// Of one run of kind `replay`: by client and server, a line for each offer. Text of servers is escaped.
Result<void> write_answer_table(const db::Database& database, const std::string& run_id, std::ostream& out);

// How many answers of that run settle something: a certificate was shown, or a TLS alert refused.
Result<std::size_t> deciding_answers(const db::Database& database, const std::string& run_id);

}  // namespace ucready::report
