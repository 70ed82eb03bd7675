#include "db/prune.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "db/run_tables.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

void choose_old_runs(SQLite::Database& handle, std::size_t keep) {
  handle.exec("CREATE TEMP TABLE IF NOT EXISTS old (run_id TEXT NOT NULL PRIMARY KEY); DELETE FROM temp.old");
  SQLite::Statement choose(
      handle,
      "INSERT INTO temp.old SELECT run_id FROM (SELECT run_id, row_number() OVER (PARTITION BY kind, site ORDER BY"
      " started_at DESC, run_id DESC) AS age FROM run) WHERE age > ? AND run_id NOT IN (SELECT run_id FROM "
      "newest_store UNION SELECT run_id FROM live_import UNION SELECT run_id"
      " FROM profile_offer)");
  choose.bind(1, static_cast<std::int64_t>(keep));
  choose.exec();
}

void remember_first_seen(SQLite::Database& handle) {
  handle.exec(
      "INSERT INTO finding_first_seen (finding_id, site, first_seen) SELECT f.finding_id, r.site, min(r.started_at) "
      "FROM"
      " finding AS f JOIN run AS r ON r.run_id = f.run_id WHERE f.run_id IN (SELECT run_id FROM temp.old) GROUP BY 1, 2"
      " ON CONFLICT (finding_id, site) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)");
}

void remove(SQLite::Database& handle) {
  remove_runs(handle, "SELECT run_id FROM temp.old");
  for (const SharedTable& table : shared_tables())
    handle.exec(fmt::format("DELETE FROM {} WHERE {}", table.name, table.unused));
}

}  // namespace

Result<Pruned> prune(Database& database, std::size_t keep) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Database& handle = database.handle();
    SQLite::Transaction transaction(handle, SQLite::TransactionBehavior::IMMEDIATE);
    choose_old_runs(handle, keep);
    Pruned pruned;
    pruned.runs = static_cast<std::size_t>(handle.execAndGet("SELECT count(*) FROM temp.old").getInt64());
    if (pruned.runs > 0) {
      remember_first_seen(handle);
      remove(handle);
    }
    pruned.kept = static_cast<std::size_t>(handle.execAndGet("SELECT count(*) FROM run").getInt64());
    transaction.commit();
    return pruned;
  });
}

}  // namespace ucready::db
