// The schema as it is written in schema/*.sql. A file vNNN_NAME.sql belongs to the step that leads from version NNN - 1
// to NNN; a step that has been released is never edited, a change is a new step.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace ucready::db {

// Answers of servers are long: larger pages mean fewer of them. A file that exists keeps its own.
inline constexpr int kPageSize = 8192;

struct SchemaStep {
  int version = 0;  // The version the file has afterwards.
  std::string sql;
};

// In rising order, without gaps, from 1 to kSchemaVersion.
const std::vector<SchemaStep>& schema_steps();

// The tables, views and indices of a database by name, each with the statement that made it.
std::map<std::string, std::string> schema_objects(SQLite::Database& database);

// What the build keeps of an empty database (make_empty_database.cc).
inline constexpr const char* kPagesFile = "empty.pages";
inline constexpr const char* kObjectsFile = "empty.objects";

}  // namespace ucready::db
