// What a plan says beyond its hops: how high a minimum can be set, what going back breaks, what to find out first.
#pragma once

#include <iosfwd>
#include <string>

#include "db/database.h"

namespace ucready::report {

// Nothing where the plan has no such rows. They throw as SQLiteCpp does.
void write_minimums(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);
void write_rollbacks(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);
void write_evidence(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);

}  // namespace ucready::report
