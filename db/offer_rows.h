// Keeps each offer once, whoever makes it. Speaks SQL only, inside the caller's transaction.
#pragma once

#include <string>
#include <unordered_set>

#include "db/row_insert.h"
#include "db/session_observation.h"

namespace ucready::db {

class OfferRows {
 public:
  explicit OfferRows(SQLite::Database& database);

  // Throws SQLite::Exception.
  void put(const ClientOffer& offer);

 private:
  std::unordered_set<std::string> known_;  // To be in the file; bounded.
  RowInsert insert_;
};

}  // namespace ucready::db
