#include "db/waivers.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "db/row_insert.h"
#include "db/sqlite_error.h"

namespace ucready::db {

Result<std::string> finding_named(const Database& database, const std::string& beginning) {
  auto named = guarded(database.path(), database.handle().getHandle(), [&]() -> Result<std::string> {
    SQLite::Statement ids(
        database.handle(),
        "SELECT DISTINCT finding_id FROM finding WHERE substr(finding_id, 1, length(?1)) = ?1 LIMIT 2");
    ids.bind(1, beginning);
    if (beginning.empty() || !ids.executeStep()) {
      return fail(ErrorCode::not_found,
                  fmt::format("no finding has the id {}; 'ucready report --format csv' shows them "
                              "in its first column",
                              beginning));
    }
    std::string id = ids.getColumn(0).getString();
    if (ids.executeStep())
      return fail(ErrorCode::invalid_input, fmt::format("several findings begin with {}; give more of it", beginning));
    return id;
  });
  if (!named) return tl::unexpected(named.error());
  return *named;
}

Result<void> put_waiver(Database& database, const Waiver& waiver) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    RowInsert put(database.handle(),
                  "INSERT OR REPLACE INTO waiver (finding_id, reason, until, made_at) VALUES (?, ?, ?, ?)");
    const std::string until = to_iso8601(waiver.until);
    const std::string made_at = to_iso8601(now());
    put.run(waiver.finding_id, waiver.reason, until, made_at);
  });
}

Result<bool> end_waiver(Database& database, const std::string& finding_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    RowInsert remove(database.handle(), "DELETE FROM waiver WHERE finding_id = ?");
    return remove.run(finding_id) > 0;
  });
}

}  // namespace ucready::db
