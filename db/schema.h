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

struct SchemaStep {
  int version = 0;  // The version the file has afterwards.
  std::string sql;
};

// In rising order, without gaps, from 1 to kSchemaVersion.
const std::vector<SchemaStep>& schema_steps();

// The tables, views and indices of a database by name, each with the statement that made it.
std::map<std::string, std::string> schema_objects(SQLite::Database& database);
// Those of a new database of the current version.
const std::map<std::string, std::string>& expected_objects();

}  // namespace ucready::db
