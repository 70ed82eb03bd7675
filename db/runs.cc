#include "db/runs.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/sqlite_error.h"

namespace ucready::db {

Result<std::optional<std::string>> newest_run(const Database& database, const std::string& kind,
                                              const std::string& site) {
  return guarded(database.path(), database.handle().getHandle(), [&]() -> std::optional<std::string> {
    SQLite::Statement query(database.handle(),
                            "SELECT run_id FROM run WHERE kind = :kind AND (:site = '' OR site = :site) "
                            "ORDER BY started_at DESC, run_id DESC LIMIT 1");
    query.bind(":kind", kind);
    query.bind(":site", site);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getString();
  });
}

}  // namespace ucready::db
