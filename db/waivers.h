// Findings that somebody has accepted until a day: they stay findings, but fail nobody until then.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "db/database.h"

namespace ucready::db {

struct Waiver {
  std::string finding_id;
  std::string reason;
  Time until;
};

// A finding's whole id, from the beginning of one that only it has. Errors: no finding has it, or several do.
Result<std::string> finding_named(const Database& database, const std::string& beginning);

// In place of an earlier waiver of the same finding.
Result<void> put_waiver(Database& database, const Waiver& waiver);
// False: there was none.
Result<bool> end_waiver(Database& database, const std::string& finding_id);

}  // namespace ucready::db
