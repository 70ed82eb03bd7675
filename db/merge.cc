#include "db/merge.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/printable.h"
#include "db/run_tables.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

namespace fs = std::filesystem;

std::string columns_of(SQLite::Database& handle, const std::string& table) {
  SQLite::Statement rows(handle, "SELECT group_concat('\"' || name || '\"', ', ') FROM pragma_table_info(?, 'main')");
  rows.bind(1, table);
  rows.executeStep();
  return rows.getColumn(0).getString();
}

class Merger {
 public:
  Merger(SQLite::Database& handle, const fs::path& from)
      : handle_(handle), from_(from), tables_(tables_of_runs(handle)) {}

  Result<Merged> all() {
    if (auto sound = check_certificates(); !sound) return tl::unexpected<Error>(sound.error());
    choose_runs();
    remove_runs(handle_, "SELECT run_id FROM temp.wanted");  // Of those that were there unfinished.
    for (const std::string& table : tables_) {
      if (table != "capture_source") copy(table, "WHERE run_id IN (SELECT run_id FROM temp.wanted)");
    }
    copy_sessions();
    for (const SharedTable& table : shared_tables()) copy(table.name, "");
    copy_lasting();
    return merged_;
  }

 private:
  // Whoever answers for a digest answers for what it names: a changed certificate would change verdicts of other sites.
  Result<void> check_certificates() {
    SQLite::Statement fresh(handle_,
                            "SELECT sha256, der FROM other.certificate AS c WHERE NOT EXISTS (SELECT 1 FROM"
                            " main.certificate AS k WHERE k.sha256 = c.sha256)");
    while (fresh.executeStep()) {
      const std::string der = fresh.getColumn(1).getString();
      if (sha256_hex(as_bytes(der)) == fresh.getColumn(0).getString()) continue;
      return fail(ErrorCode::invalid_input,
                  printable(fmt::format("{}: is damaged: the certificate {} is not what its digest says",
                                        from_.string(), fresh.getColumn(0).getString())));
    }
    return {};
  }

  void choose_runs() {
    handle_.exec("CREATE TEMP TABLE IF NOT EXISTS wanted (run_id TEXT NOT NULL PRIMARY KEY); DELETE FROM temp.wanted");
    SQLite::Statement want(handle_, "INSERT INTO temp.wanted VALUES (?)");
    SQLite::Statement runs(handle_,
                           "SELECT o.run_id, m.run_id IS NULL, coalesce(m.status, ''), o.status, m.kind IS o.kind AND"
                           " m.site IS o.site AND m.started_at IS o.started_at FROM other.run AS o LEFT JOIN main.run"
                           " AS m ON m.run_id = o.run_id ORDER BY o.run_id");
    while (runs.executeStep()) {
      const std::string id = runs.getColumn(0).getString();
      if (runs.getColumn(1).getInt() == 1) {
        ++merged_.added;
      } else if (!weigh_known(id, runs.getColumn(2).getString(), runs.getColumn(3).getString(),
                              runs.getColumn(4).getInt() == 1)) {
        continue;
      }
      want.bind(1, id);
      want.exec();
      want.reset();
    }
  }

  // True: the other side's takes its place.
  bool weigh_known(const std::string& id, const std::string& status, const std::string& other, bool same_run) {
    const bool done = status == "done";
    const bool other_done = other == "done";
    if (same_run && !done && other_done) {
      ++merged_.renewed;
      return true;
    }
    ++merged_.known;
    if (same_run && (done != other_done || rows_of("main", id) == rows_of("other", id))) return false;
    merged_.conflicts.push_back(fmt::format("run {} is not the same in both; what was there stays", printable(id)));
    return false;
  }

  std::vector<std::int64_t> rows_of(const char* side, const std::string& id) {
    std::vector<std::int64_t> counts;
    for (const std::string& table : tables_) {
      SQLite::Statement count(handle_, fmt::format("SELECT count(*) FROM {}.{} WHERE run_id = ?", side, table));
      count.bind(1, id);
      count.executeStep();
      counts.push_back(count.getColumn(0).getInt64());
    }
    return counts;
  }

  void copy(const std::string& table, const std::string& where) {
    const std::string columns = columns_of(handle_, table);
    handle_.exec(
        fmt::format("INSERT OR IGNORE INTO main.{0} ({1}) SELECT {1} FROM other.{0} {2}", table, columns, where));
  }

  // Numbers of sources and sessions count on behind those that are there.
  void copy_sessions() {
    const auto last = [&](const char* sql) { return handle_.execAndGet(sql).getInt64(); };
    const std::int64_t sources = last("SELECT coalesce(max(source), 0) FROM main.capture_source");
    const std::int64_t sessions = last("SELECT coalesce(max(n), 0) FROM main.session");
    const std::string wanted =
        "source IN (SELECT source FROM other.capture_source WHERE run_id IN (SELECT run_id FROM temp.wanted))";
    handle_.exec(
        fmt::format("INSERT INTO main.capture_source (source, run_id, name) SELECT source + {}, run_id, name FROM"
                    " other.capture_source WHERE {}",
                    sources, wanted));
    handle_.exec(
        fmt::format("INSERT INTO main.session (n, source, kind, started_us, client_port) SELECT n + {}, source +"
                    " {}, kind, started_us, client_port FROM other.session WHERE {} ORDER BY n",
                    sessions, sources, wanted));
    handle_.exec(
        fmt::format("INSERT INTO main.session_bytes (n, bytes) SELECT n + {}, bytes FROM other.session_bytes WHERE"
                    " n IN (SELECT n FROM other.session WHERE {}) ORDER BY n",
                    sessions, wanted));
  }

  // Of two waivers of one finding the later made counts; made at once they are a conflict.
  void copy_lasting() {
    SQLite::Statement torn(
        handle_,
        "SELECT o.finding_id FROM other.waiver AS o JOIN main.waiver AS m ON m.finding_id ="
        " o.finding_id WHERE o.made_at = m.made_at AND (o.reason <> m.reason OR o.until <> m.until)");
    while (torn.executeStep()) {
      merged_.conflicts.push_back(
          fmt::format("the waivers of finding {} were made at the same time and differ; what was "
                      "there stays",
                      printable(torn.getColumn(0).getString())));
    }
    handle_.exec(
        "INSERT INTO main.waiver (finding_id, reason, until, made_at) SELECT finding_id, reason, until, made_at FROM"
        " other.waiver WHERE true ON CONFLICT (finding_id) DO UPDATE SET reason = excluded.reason, until ="
        " excluded.until, made_at = excluded.made_at WHERE excluded.made_at > made_at;"
        "INSERT INTO main.finding_first_seen (finding_id, site, first_seen) SELECT finding_id, site, first_seen FROM"
        " other.finding_first_seen WHERE true ON CONFLICT (finding_id, site) DO UPDATE SET first_seen ="
        " min(first_seen, excluded.first_seen)");
  }

  SQLite::Database& handle_;
  const fs::path& from_;
  std::vector<std::string> tables_;
  Merged merged_;
};

// Detaches whatever happens in between.
class Attached {
 public:
  Attached(SQLite::Database& handle, const fs::path& path) : handle_(handle) {
    SQLite::Statement attach(handle, "ATTACH DATABASE ? AS other");
    attach.bind(1, fs::absolute(path).string());
    attach.exec();
  }
  ~Attached() {
    try {
      handle_.exec("DETACH DATABASE other");
    } catch (const SQLite::Exception&) {  // The connection is about to end anyway.
    }
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  SQLite::Database& handle_;
};

}  // namespace

Result<Merged> merge(Database& into, const fs::path& from) {
  const auto checked = Database::open(from, OpenMode::read);  // Of our making and whole; kept open meanwhile.
  if (!checked) return tl::unexpected<Error>(checked.error());
  std::error_code ignored;
  if (fs::equivalent(from, into.path(), ignored))
    return fail(ErrorCode::invalid_input, printable(from.string()) + ": is the database to merge into");
  auto merged = guarded(into.path(), into.handle().getHandle(), [&]() -> Result<Merged> {
    SQLite::Database& handle = into.handle();
    const Attached attached(handle, from);
    SQLite::Transaction transaction(handle, SQLite::TransactionBehavior::IMMEDIATE);
    auto done = Merger(handle, from).all();
    if (done) transaction.commit();
    return done;
  });
  if (!merged) return tl::unexpected<Error>(merged.error());
  return *merged;
}

}  // namespace ucready::db
