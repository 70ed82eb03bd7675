#include "db/migration.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "core/printable.h"
#include "db/database.h"
#include "db/private_file.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

Result<std::filesystem::path> new_copy_name(const std::filesystem::path& path, int version) {
  constexpr int kMostCopies = 99;
  for (int i = 1; i <= kMostCopies; ++i) {
    std::filesystem::path name = path;
    name += fmt::format(".before-schema-{}", version);
    if (i > 1) name += fmt::format(".{}", i);
    auto created = create_private_file(name);
    if (!created) return tl::unexpected<Error>(created.error());
    if (*created) return name;
  }
  return fail(ErrorCode::io,
              printable(fmt::format("{}: too many copies from earlier migrations; move {}.before-schema-{}* away",
                                    path.string(), path.string(), version)));
}

Result<void> copy_aside(SQLite::Database& database, const std::filesystem::path& path, int new_version) {
  const auto name = new_copy_name(path, new_version);
  if (!name) return tl::unexpected<Error>(name.error());
  return guarded(*name, nullptr, [&] {
    SQLite::Database copy(std::filesystem::absolute(*name).string(), SQLite::OPEN_READWRITE);
    SQLite::Backup backup(copy, database);
    backup.executeStep();
  });
}

}  // namespace

int schema_version(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

Result<void> migrate(SQLite::Database& database, const std::filesystem::path& path,
                     const std::vector<SchemaStep>& steps) {
  if (steps.empty()) return {};
  const int newest = steps.back().version;
  const auto before = guarded(path, database.getHandle(), [&] { return schema_version(database); });
  if (!before) return tl::unexpected<Error>(before.error());
  if (*before >= newest) return {};
  if (*before > 0) {
    if (auto copied = copy_aside(database, path, newest); !copied) return copied;
  }
  return guarded(path, database.getHandle(), [&] {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Another process may have done the same while this one waited for the lock.
    const int now_at = schema_version(database);
    for (const SchemaStep& step : steps) {
      if (step.version > now_at) database.exec(step.sql);
    }
    database.exec(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, newest));
    transaction.commit();
  });
}

Result<void> bring_to_newest(SQLite::Database& database, const std::filesystem::path& path) {
  const auto set = guarded(path, database.getHandle(), [&] {
    database.exec(fmt::format("PRAGMA page_size = {}; PRAGMA journal_mode = WAL", kPageSize));
    database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  });
  if (!set) return set;
  return migrate(database, path, schema_steps());
}

}  // namespace ucready::db
