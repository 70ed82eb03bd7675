#include "report/document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "db/rules.h"
#include "db/sqlite_error.h"

namespace ucready::report {
namespace {

constexpr std::string_view kNewestRuns =
    "(SELECT run_id FROM (SELECT run_id, row_number() OVER (PARTITION BY kind, site ORDER BY started_at DESC, run_id "
    "DESC) AS age"
    " FROM v_run) WHERE age = 1)";

constexpr std::string_view kFindings =
    "SELECT f.finding_id, f.rule, f.severity, f.site, f.cluster, f.node, f.address, f.port, f.protocol, f.hop_client, "
    "f.hop_server,"
    " f.wave, f.title, f.evidence, f.remedy, f.confidence,"
    " (SELECT h.first_seen FROM finding_history AS h WHERE h.finding_id = f.finding_id AND h.site = r.site) AS "
    "first_seen,"
    " (SELECT h.last_seen FROM finding_history AS h WHERE h.finding_id = f.finding_id AND h.site = r.site) AS "
    "last_seen";
constexpr std::string_view kWaivers = ", f.waived_until, f.run_id";
constexpr std::string_view kFromFindings = " FROM v_finding AS f JOIN v_run AS r USING (run_id) WHERE ";

constexpr std::string_view kGravestFirst =
    " ORDER BY CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 "
    "END,"
    " f.rule, f.title, f.remedy, f.site, f.cluster, f.node, f.address, f.port, f.finding_id";

std::vector<std::string> first_column(const SQLite::Database& handle, const std::string& sql) {
  std::vector<std::string> values;
  for (Rows rows(handle, sql, {}, nullptr); rows.next();) values.push_back(to_text(rows.cells().front()));
  return values;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

Result<std::string> view_named(const SQLite::Database& handle, const std::string& table) {
  if (table.empty()) return std::string();
  std::vector<std::string> views =
      first_column(handle, "SELECT name FROM sqlite_master WHERE type = 'view' AND name GLOB 'v_*' ORDER BY name");
  if (contains(views, table)) return table;
  if (contains(views, "v_" + table)) return "v_" + table;
  for (std::string& view : views) view.erase(0, 2);
  return fail(ErrorCode::not_found, fmt::format("there is no table {}; choose from {}", table, fmt::join(views, ", ")));
}

// A rule that is neither built in nor has findings is a slip of the pen, and an empty report on it would look clean.
Result<void> check_rules(const SQLite::Database& handle, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return {};
  std::vector<std::string> known = first_column(handle, "SELECT DISTINCT rule FROM v_finding");
  for (const db::Rule& rule : db::built_in_rules()) known.push_back(rule.id);
  for (const std::string& id : wanted) {
    if (!contains(known, id)) {
      return fail(ErrorCode::not_found, fmt::format("there is no rule {}; 'ucready rules' lists them", id));
    }
  }
  return {};
}

}  // namespace

Result<Document> Document::open(const db::Database& database, const Selection& selection) {
  auto view = db::guarded(database.path(), database.handle().getHandle(), [&]() -> Result<std::string> {
    if (auto checked = check_rules(database.handle(), selection.rules); !checked)
      return tl::unexpected(checked.error());
    return view_named(database.handle(), selection.table);
  });
  if (!view) return tl::unexpected(view.error());
  if (!*view) return tl::unexpected(view->error());
  Document document(database, selection, **view);
  if (selection.redact) {
    auto known = db::guarded(database.path(), database.handle().getHandle(), [&] { document.know_names(); });
    if (!known) return tl::unexpected(known.error());
  }
  if (document.is_table() && document.narrowed()) {
    return fail(ErrorCode::invalid_input, "a rule or a severity selects findings; a table is written whole");
  }
  return document;
}

Document::Document(const db::Database& database, Selection selection, std::string view)
    : database_(&database), selection_(std::move(selection)), view_(std::move(view)) {}

void Document::know_names() {
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"site", "SELECT site FROM run UNION SELECT site FROM interface"},
      {"cluster", "SELECT cluster FROM fact UNION SELECT cluster FROM interface"},
      {"node", "SELECT node FROM fact UNION SELECT node FROM interface"},
      // As evidence names files: without their folders.
      {"source",
       "SELECT replace(source, rtrim(source, replace(source, '/', '')), '') FROM (SELECT source FROM import_source "
       "UNION"
       " SELECT source FROM declared_chain)"},
  };
  for (const auto& [column, sql] : kNames) {
    for (Rows rows(database_->handle(), sql); rows.next();) redaction_.know(column, to_text(rows.cells().front()));
  }
}

Rows Document::query(const std::string& sql, const std::vector<std::string>& parameters) const {
  return Rows(database_->handle(), sql, parameters, selection_.redact ? &redaction_ : nullptr);
}

Rows Document::ask(std::string sql, const std::vector<std::string>& parameters) const {
  replace_all(sql, "{newest}", kNewestRuns);
  return query(sql, parameters);
}

Rows Document::ask_unredacted(std::string sql) const {
  replace_all(sql, "{newest}", kNewestRuns);
  return Rows(database_->handle(), sql);
}

RowSource Document::rows() const { return {database_->handle(), selection_.redact ? &redaction_ : nullptr}; }

Rows Document::table() const {
  const std::vector<std::string> columns =
      first_column(database_->handle(), fmt::format("SELECT name FROM pragma_table_info('{}')", view_));
  return query(fmt::format("SELECT * FROM {}{}", view_,
                           contains(columns, "run_id") ? fmt::format(" WHERE run_id IN {}", kNewestRuns) : ""));
}

std::string Document::finding_filter() const {
  std::vector<std::string> severities;
  for (const Severity severity :
       {Severity::info, Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    if (severity >= selection_.at_least) severities.push_back(fmt::format("'{}'", to_text(severity)));
  }
  // What is known from the site file alone is found by a scan, a capture and a plan alike: the newest of them tells it.
  // What rests on what was told counts until the site is judged anew.
  std::string filter = fmt::format(
      "f.run_id IN {0} AND f.severity IN ({1}) AND NOT EXISTS (SELECT 1 FROM v_finding AS g"
      " WHERE g.finding_id = f.finding_id AND g.run_id > f.run_id AND g.run_id IN {0})"
      " AND NOT EXISTS (SELECT 1 FROM outdone_finding AS o WHERE o.run_id = f.run_id AND o.finding_id = f.finding_id)",
      kNewestRuns, fmt::join(severities, ", "));
  if (!selection_.rules.empty()) {
    filter +=
        fmt::format(" AND f.rule IN (?{})", fmt::join(std::vector<std::string>(selection_.rules.size(), ""), ", ?"));
  }
  return filter;
}

Rows Document::findings() const {
  return query(fmt::format("{}{}{}{}", kFindings, kFromFindings, finding_filter(), kGravestFirst), selection_.rules);
}

Rows Document::findings_and_waivers() const {
  return query(fmt::format("{}{}{}{}{}", kFindings, kWaivers, kFromFindings, finding_filter(), kGravestFirst),
               selection_.rules);
}

std::array<std::size_t, 5> Document::count_findings() const {
  std::array<std::size_t, 5> counts{};
  Rows rows =
      query(fmt::format("SELECT f.severity, count(*) FROM v_finding AS f WHERE {} AND (f.waived_until IS NULL OR"
                        " f.waived_until <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) GROUP BY f.severity",
                        finding_filter()),
            selection_.rules);
  while (rows.next()) {
    const auto severity = parse_severity(to_text(rows.cells()[0]));
    if (severity)
      counts[static_cast<std::size_t>(*severity)] = static_cast<std::size_t>(std::get<std::int64_t>(rows.cells()[1]));
  }
  return counts;
}

Rows Document::runs() const {
  return query(fmt::format("SELECT * FROM v_run WHERE run_id IN {} ORDER BY started_at, run_id", kNewestRuns));
}

std::map<std::string, std::int64_t> Document::interface_states() const {
  std::map<std::string, std::int64_t> counts;
  Rows rows =
      query(fmt::format("SELECT state, count(*) FROM (SELECT DISTINCT state, site, cluster, node, address, port,"
                        " protocol FROM v_interface WHERE run_id IN {}) GROUP BY state",
                        kNewestRuns));
  while (rows.next()) counts[to_text(rows.cells()[0])] = std::get<std::int64_t>(rows.cells()[1]);
  return counts;
}

std::vector<std::string> Document::doubts() const {
  std::vector<std::string> doubts;
  bool scanned = false;
  bool any = false;
  for (Rows run = runs(); run.next(); any = true) {
    const std::string kind = run.text("kind");
    scanned = scanned || kind == "scan";
    const std::string status = run.text("status");
    const std::string name = fmt::format("the {} of {}", kind, run.text("started_at"));
    if (status == "running") {
      doubts.push_back(name + " has not ended: what it saw is not all there" +
                       (kind == "scan" ? " (ucready scan --resume goes on)" : ""));
    } else if (status != "done") {
      doubts.push_back(name + " is " + status + ": what it did not reach is missing");
    }
  }
  for (Rows plan = ask_unredacted("SELECT started_at FROM v_run WHERE run_id IN {newest} AND kind = 'plan' AND"
                                  " instr(' ' || arguments, ' --set') > 0 ORDER BY started_at");
       plan.next();) {
    doubts.push_back(fmt::format("the plan of {} is a what-if (--set): ucready plan without it tells how things stand",
                                 plan.text("started_at")));
  }
  if (!any) doubts.emplace_back("the database holds no run yet: nothing is known");
  if (scanned && !interface_states().contains("tls")) {
    doubts.emplace_back("no interface answered with TLS: that there is little to find means nothing");
  }
  return doubts;
}

}  // namespace ucready::report
