// Brings the runs of one database into another. Runs have ids of their own everywhere and what they share is named by
// its content, so nothing is renumbered but sessions; merging twice, or in another order, gives the same rows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

struct Merged {
  std::size_t added = 0;
  std::size_t known = 0;    // Were there already, the same or further on.
  std::size_t renewed = 0;  // Were there unfinished and came finished.
  std::vector<std::string>
      conflicts;  // Runs and waivers of which both sides hold something else; what was there stays.
};

// All of it or nothing. Errors: the other database cannot be read or is not ours, it is this one, or a certificate in
// it is not what its digest says.
Result<Merged> merge(Database& into, const std::filesystem::path& from);

}  // namespace ucready::db
