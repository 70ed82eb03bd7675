// What a plan says beyond its hops: how high a minimum can be set, what going back breaks, what to find out first.
#pragma once

#include <iosfwd>
#include <string>

#include "db/database.h"
#include "report/rows.h"

namespace ucready::report {

// The site's line of write_minimums: how high a minimum can be set, and what the next one breaks; empty: the plan has
// none.
std::string site_minimum(const RowSource& rows, const std::string& run_id);

// Nothing where the plan has no such rows. They throw as SQLiteCpp does.
void write_minimums(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);
void write_rollbacks(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);
void write_evidence(const db::Database& database, const std::string& run_id, std::ostream& out, std::size_t columns);

}  // namespace ucready::report
