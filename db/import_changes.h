// What an import tells otherwise than the one before it.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

struct ImportChange {
  std::string subject;  // "hq-cucm/cucm-pub tls_min", "hop hq-cucm -> hq-cube1:5061", "store ..."
  std::string before;   // Empty: it was not there.
  std::string after;    // Empty: it is no longer there.
};

// Only of kinds of exports of systems that both read: what this import does not read has not changed. The first 10,000.
Result<std::vector<ImportChange>> import_changes(const Database& database, const std::string& run_id);

}  // namespace ucready::db
