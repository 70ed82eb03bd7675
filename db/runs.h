// Which runs a database holds.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"

namespace ucready::db {

// The id of the run of that kind and site that began last, finished or not; an empty site means any.
Result<std::optional<std::string>> newest_run(const Database& database, const std::string& kind,
                                              const std::string& site);

}  // namespace ucready::db
