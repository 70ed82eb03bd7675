#include "db/rules.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <numeric>

#include "core/printable.h"
#include "core/time.h"
#include "db/finding.h"
#include "db/row_insert.h"
#include "db/rule_query.h"
#include "db/schema.h"
#include "db/sqlite_error.h"

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

void store(SQLite::Database& handle, const std::string& run_id, const std::string& rule_id,
           const FindingsOfRule& findings) {
  RowInsert remove(handle, "DELETE FROM finding WHERE run_id = ? AND rule = ?");
  remove.run(run_id, rule_id);
  RowInsert insert(handle, "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Finding& finding : findings.all()) {
    const RuleRow& row = finding.row;
    insert.run(run_id, finding.id, rule_id, std::string(to_text(finding.severity)), row.site, row.cluster, row.node,
               OrNull{row.address}, row.port, OrNull{row.protocol}, OrNull{row.hop_client}, OrNull{row.hop_server},
               row.wave, findings.title(finding), OrNull{row.evidence}, OrNull{findings.remedy(finding)},
               finding.confidence);
  }
}

}  // namespace

std::size_t FindingCounts::total() const {
  return std::accumulate(std::begin(by_severity), std::end(by_severity), std::size_t{0});
}

Result<void> check_rule(const Rule& rule) {
  SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  for (const SchemaStep& step : schema_steps()) empty.exec(step.sql);
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
    for (const Rule& rule : rules) {
      FindingsOfRule findings(rule, parameters->site);
      const auto asked =
          run_query(handle, rule, *parameters, limits, [&](RuleRow row) { findings.add(std::move(row)); });
      if (!asked) return tl::unexpected<Error>(asked.error());
      store(handle, run_id, rule.id, findings);
      for (const Finding& finding : findings.all()) ++counts.by_severity[static_cast<std::size_t>(finding.severity)];
    }
    transaction.commit();
    return counts;
  });
  if (!counted) return tl::unexpected<Error>(counted.error());
  return *counted;
}

}  // namespace ucready::db
