// Writes what servers answered to clients' offers as rows. Part of InterfaceRows, which owns run and number.
#pragma once

#include <array>

#include "db/certificate_rows.h"
#include "db/offer_answer.h"
#include "db/row_insert.h"

namespace ucready::db {

class OfferAnswerRows {
 public:
  // `certificates` must outlive it.
  OfferAnswerRows(SQLite::Database& database, CertificateRows& certificates);

  // Throw SQLite::Exception.
  void put(const std::string& run_id, std::int64_t n, const std::vector<OfferAnswer>& answers);
  void remove(const std::string& run_id, std::int64_t n);

 private:
  CertificateRows& certificates_;
  RowInsert insert_answer_;
  RowInsert insert_client_;
  std::array<RowInsert, 2> delete_;
};

}  // namespace ucready::db
