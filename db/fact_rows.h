// Writes facts and the order of a run as rows. Throws SQLite::Exception.
#pragma once

#include <string>
#include <vector>

#include "core/words.h"
#include "db/row_insert.h"
#include "db/run_writer.h"

namespace ucready::db {

class FactRows {
 public:
  // Goes on counting where the run's facts end.
  FactRows(SQLite::Database& database, std::string run_id);

  void put(const Fact& fact);

 private:
  std::string run_id_;
  std::int64_t next_ = 0;
  RowInsert insert_fact_;
};

void put_order(SQLite::Database& database, const std::string& run_id, const std::vector<OrderStep>& order);

}  // namespace ucready::db
