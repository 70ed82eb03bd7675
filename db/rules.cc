#include "db/rules.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <numeric>

#include "core/printable.h"
#include "core/time.h"
#include "db/empty_database.h"
#include "db/finding_rows.h"
#include "db/row_insert.h"
#include "db/rule_guard.h"
#include "db/rule_query.h"
#include "db/sqlite_error.h"
#include "db/told_certificates.h"

namespace ucready::db {
namespace {

Result<RuleParameters> parameters_of(Database& database, const std::string& run_id) {
  const auto found = guarded(database.path(), database.handle().getHandle(), [&]() -> std::optional<RuleParameters> {
    SQLite::Statement query(database.handle(), "SELECT site, coalesce(finished_at, ?) FROM run WHERE run_id = ?");
    query.bind(1, to_iso8601(now()));
    query.bind(2, run_id);
    if (!query.executeStep()) return std::nullopt;
    return RuleParameters{run_id, query.getColumn(0).getString(), query.getColumn(1).getString()};
  });
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found)
    return fail(ErrorCode::not_found, printable(fmt::format("{}: holds no run {}", database.path().string(), run_id)));
  return **found;
}

}  // namespace

std::size_t FindingCounts::total() const {
  return std::accumulate(std::begin(by_severity), std::end(by_severity), std::size_t{0});
}

Result<void> check_rule(const Rule& rule) {
  SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  const auto make = [&](bool tables) {
    for (const auto& [name, sql] : expected_objects()) {
      if (sql.starts_with("CREATE TABLE") == tables) empty.exec(sql);
    }
  };
  make(true);  // First what indices need.
  make(false);
  return check_query(empty, rule);
}

Result<FindingCounts> run_rules(Database& database, const std::string& run_id, const std::vector<Rule>& rules,
                                const RuleLimits& limits) {
  const auto parameters = parameters_of(database, run_id);
  if (!parameters) return tl::unexpected<Error>(parameters.error());
  SQLite::Database& handle = database.handle();
  auto counted = guarded(database.path(), handle.getHandle(), [&]() -> Result<FindingCounts> {
    FindingCounts counts;
    SQLite::Transaction transaction(handle, SQLite::TransactionBehavior::IMMEDIATE);
    keep_told_certificates(handle, run_id, parameters->site);
    RuleGuard guard(handle.getHandle());
    RowInsert judged(handle, "INSERT OR IGNORE INTO judged_rule VALUES (?, ?)");
    FindingTable table(handle);
    for (const Rule& rule : rules) {
      FindingRows findings(table, run_id, rule, parameters->site, limits);
      const auto asked = run_query(handle, guard, rule, *parameters, limits,
                                   [&](RuleRow row) { return findings.take(std::move(row)); });
      if (!asked) return tl::unexpected<Error>(asked.error());
      if (*asked == QueryEnd::too_late && !findings.overflows()) {
        counts.unanswered.push_back(took_too_long(rule, limits));
        findings.forget();
      } else {
        findings.finish(*asked == QueryEnd::whole, counts);
        judged.run(rule.id, run_id);
      }
    }
    transaction.commit();
    return counts;
  });
  if (!counted) return tl::unexpected<Error>(counted.error());
  return *counted;
}

}  // namespace ucready::db
