// Writes what depth `full` saw of an interface as rows. Part of InterfaceRows, which owns run and number.
#pragma once

#include <array>

#include "db/interface_observation.h"
#include "db/row_insert.h"

namespace ucready::db {

class DepthRows {
 public:
  explicit DepthRows(SQLite::Database& database);

  // Throw SQLite::Exception.
  void put(const std::string& run_id, std::int64_t n, const InterfaceObservation& observation);
  void remove(const std::string& run_id, std::int64_t n);

 private:
  RowInsert insert_cipher_;
  RowInsert insert_group_;
  RowInsert insert_scheme_;
  RowInsert insert_trait_;
  std::array<RowInsert, 4> delete_;
};

}  // namespace ucready::db
