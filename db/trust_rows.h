// Writes trust stores and declared chains as rows. Speaks SQL only; throws SQLite::Exception.
#pragma once

#include <string>
#include <unordered_set>

#include "db/certificate_rows.h"
#include "db/row_insert.h"
#include "db/trust_observation.h"

namespace ucready::db {

// The same wherever it is computed: see docs/database.md.
std::string trust_set_id(const std::vector<TrustedCertificate>& entries);

class TrustRows {
 public:
  // `certificates` must outlive it.
  TrustRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates);

  // A second set for the same store joins the first: several sources may tell of one store.
  void put(const TrustObservation& observation);
  void put(const DeclaredChain& chain);

 private:
  void put_set(const std::string& set_id, const std::vector<TrustedCertificate>& entries);

  std::string run_id_;
  CertificateRows& certificates_;
  std::unordered_set<std::string> sets_;  // Written by this one already.
  RowInsert insert_store_;
  RowInsert insert_entry_;
  RowInsert insert_chain_;
  std::int64_t chains_ = 0;  // Declared so far: a site file's order counts.
};

}  // namespace ucready::db
