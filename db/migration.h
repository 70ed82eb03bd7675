// Brings a database file to the newest schema.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"
#include "db/schema.h"

namespace ucready::db {

int schema_version(SQLite::Database& database);

// A new file: the pages' size and the journal. Then all steps above the file's version.
Result<void> bring_to_newest(SQLite::Database& database, const std::filesystem::path& path);

// Runs the steps above the file's version in one transaction. A file that holds a schema already is copied aside first,
// to FILE.before-schema-N with mode 0600 (N = the new version; N.2, N.3 ... where that name is taken).
Result<void> migrate(SQLite::Database& database, const std::filesystem::path& path,
                     const std::vector<SchemaStep>& steps);

}  // namespace ucready::db
