// Forgets old runs, and what only they held.
#pragma once

#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

struct Pruned {
  std::size_t runs = 0;
  std::size_t kept = 0;
};

// Keeps of each kind and site the newest `keep` runs, and every run that still counts whatever its age: the newest
// word on a trust store, the newest export of a system, offers carried from elsewhere. When a finding was first seen is
// remembered. All of it or nothing; the file keeps its size, its room is used again.
Result<Pruned> prune(Database& database, std::size_t keep);

}  // namespace ucready::db
