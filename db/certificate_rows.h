// Keeps certificates and chains once, whoever showed them. Speaks SQL only, inside the caller's transaction.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/certificate.h"
#include "db/row_insert.h"

namespace ucready::db {

// The same wherever it is computed: see docs/database.md.
std::string chain_id(const std::vector<CertificatePtr>& certificates);

class CertificateRows {
 public:
  explicit CertificateRows(SQLite::Database& database);

  // The chain's id; its rows are in the file afterwards. Throws SQLite::Exception.
  const std::string& put_chain(const std::vector<CertificatePtr>& certificates);
  void put(const Certificate& certificate);

 private:
  // What the file is known to hold already: an estate shows the same few chains at thousands of interfaces. Bounded;
  // forgetting costs a look into the file.
  std::unordered_map<std::string, std::string> chains_;
  std::unordered_set<std::string> certificates_;
  RowInsert insert_certificate_;
  RowInsert insert_chain_link_;
};

}  // namespace ucready::db
