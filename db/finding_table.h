// The temporary table in which the findings of a rule wait, and the statements that go from there to what is kept. Made
// once for many rules: most find nothing, and to compile the statements for each would take longer than to run them.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <optional>
#include <string>

#include "db/finding.h"
#include "db/row_insert.h"
#include "db/rules.h"

namespace SQLite {
class Database;
}

namespace ucready::db {

// Everything throws SQLite::Exception.
class FindingTable {
 public:
  // One at a time for a database, which must outlive it.
  explicit FindingTable(SQLite::Database& database);

  void clear();
  // Of a finding that waits: what merge() looks at.
  std::optional<Finding> find(const std::string& id);
  void update(const std::string& id, const Finding& merged);
  void insert(const Finding& finding, const std::string& title, const std::string& remedy);

  // What the run holds of the rule goes.
  void forget(const std::string& run_id, const std::string& rule_id);
  // All that wait become the run's, and are counted.
  void keep(const std::string& run_id, const std::string& rule_id, FindingCounts& counts);

 private:
  RowInsert clear_;
  SQLite::Statement find_;
  RowInsert update_;
  RowInsert insert_;
  RowInsert forget_told_;
  RowInsert forget_;
  RowInsert keep_;
  RowInsert keep_told_;
  SQLite::Statement severities_;
};

}  // namespace ucready::db
