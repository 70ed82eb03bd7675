// A site file of all that imports tell, for `plan --site` and for people.
#pragma once

#include <filesystem>
#include <string>

#include "db/database.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

// Of the facts that a plan resting on that run would use. Writes FILE, and the certificates and trust lists into a
// folder beside it (FILE without its ending, and ".certificates"); every fact has a comment that names its export and
// line.
Result<void> write_imported_site(const db::Database& database, const std::string& run_id,
                                 const upgrade::Catalogue& catalogue, const std::filesystem::path& file);

}  // namespace ucready::scanner
