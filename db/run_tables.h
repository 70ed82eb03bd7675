// How the tables hang together: what belongs to a run, and what runs share and refer to by a digest of its content.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace ucready::db {

// Every table with a column run_id, `run` first, for others refer to it.
std::vector<std::string> tables_of_runs(SQLite::Database& database);

// Kept once for all runs; the same key means the same content.
struct SharedTable {
  const char* name;
  const char* unused;  // Whether no run refers to a row any more.
};
std::span<const SharedTable>
shared_tables();  // In an order in which unused rows can be removed one table after another.

// Rows of sessions refer to their source by a number that holds in one database only.
std::span<const char* const> session_tables();

// Takes the runs away that this query names (one column run_id), with their sessions; what runs share stays.
void remove_runs(SQLite::Database& database, const std::string& which);

// Tables that belong to the database as a whole: what people decided, and what is remembered of runs that are gone.
std::span<const char* const> lasting_tables();

}  // namespace ucready::db
