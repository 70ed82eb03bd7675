#include "report/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/time.h"
#include "db/sqlite_error.h"

namespace ucready::report {
namespace {

// Each arm gives the same twelve columns. ?1, ?2 and ?3 are JSON lists of run ids; "side" 0 is before, 1 is after.
constexpr const char* kSides =
    "WITH side(side, run_id, site, kind) AS MATERIALIZED ("
    " SELECT 0, r.run_id, r.site, r.kind FROM run AS r WHERE r.run_id IN (SELECT value FROM json_each(?1))"
    " UNION ALL SELECT 1, r.run_id, r.site, r.kind FROM run AS r WHERE r.run_id IN (SELECT value FROM json_each(?2))),";

// Interfaces that both sides asked.
constexpr const char* kInterfaces =
    "asked AS MATERIALIZED (SELECT s.side, i.interface_id, max(i.run_id) AS run_id FROM side AS s JOIN interface AS i"
    "  ON i.run_id = s.run_id JOIN run AS r ON r.run_id = s.run_id WHERE r.kind = 'scan' GROUP BY 1, 2),"
    "met AS MATERIALIZED (SELECT i.interface_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, i.state,"
    "  b.state AS state_before, i.run_id, i.n, b.run_id AS run_before, b.n AS n_before FROM asked AS y"
    "  JOIN interface AS i ON i.run_id = y.run_id AND i.interface_id = y.interface_id"
    "  JOIN asked AS x ON x.side = 0 AND x.interface_id = y.interface_id"
    "  JOIN interface AS b ON b.run_id = x.run_id AND b.interface_id = x.interface_id WHERE y.side = 1),"
    "leaf AS MATERIALIZED (SELECT m.interface_id, k.side, o.key_type, group_concat(DISTINCT l.sha256) AS shas,"
    "  min(coalesce(c.subject, '?') || ', to ' || coalesce(c.not_after, '?') || ', sha256 ' || substr(l.sha256, 1, 16))"
    "   AS told FROM met AS m CROSS JOIN (SELECT 0 AS side UNION ALL SELECT 1) AS k"
    "  JOIN interface_chain AS o ON o.run_id = iif(k.side, m.run_id, m.run_before) AND o.n = iif(k.side, m.n, "
    "m.n_before)"
    "  JOIN chain AS l ON l.chain_id = o.chain_id AND l.position = 0 LEFT JOIN certificate AS c ON c.sha256 = l.sha256"
    "  GROUP BY 1, 2, 3),";

// What was told of clusters and nodes, by each kind of run for itself: only of sites of which both sides were told. An
// import reads the exports at hand, so what it does not tell is not gone.
constexpr const char* kFacts =
    "told AS MATERIALIZED (SELECT s.side, s.site, s.kind, f.cluster, f.node, f.service, f.port, f.name, max(f.value) AS"
    "  value FROM side AS s JOIN effective_fact AS f ON f.run_id = s.run_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),"
    "both AS MATERIALIZED (SELECT site, kind FROM told WHERE side = 0 AND kind <> 'import' INTERSECT SELECT site, kind"
    "  FROM told WHERE side = 1),";

constexpr const char* kHops =
    "fare AS MATERIALIZED (SELECT s.side, s.site, l.client, l.client_service, l.server, l.port, l.protocol,"
    "  w.what, sum(l.pairs * (l.outcome = 'works')) AS works, sum(l.pairs * (l.outcome = 'breaks')) AS breaks,"
    "  sum(l.pairs * (l.outcome = 'unknown')) AS unknown FROM side AS s JOIN v_forecast_link AS l ON l.run_id = "
    "s.run_id"
    "  JOIN (SELECT run_id, 0 AS wave, 'today' AS what FROM forecast_wave GROUP BY run_id UNION ALL SELECT run_id,"
    "   max(wave), 'after the last wave' FROM forecast_wave GROUP BY run_id) AS w ON w.run_id = l.run_id AND w.wave"
    "   BETWEEN l.first_wave AND l.last_wave GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),"
    "shake AS MATERIALIZED (SELECT s.side, s.site, k.client, k.server, k.server_port, k.protocol,"
    "  sum(k.sessions * (k.established IS 1)) AS established, sum(k.sessions * (k.established IS 0)) AS failed"
    "  FROM side AS s JOIN session_kind AS k ON k.run_id = s.run_id GROUP BY 1, 2, 3, 4, 5, 6),";

// A finding that a scan, a capture and a plan have in common is one; what rests on what was told counts until the site
// was judged anew.
constexpr const char* kFindings =
    "standing(side, run_id) AS (SELECT side, run_id FROM side UNION SELECT k.column1, j.value FROM (VALUES (0), (1)) "
    "AS k"
    "  JOIN json_each(?3) AS j),"
    "concluded AS MATERIALIZED (SELECT s.side, f.finding_id, max(f.run_id) AS run_id FROM standing AS s JOIN finding "
    "AS f"
    "  ON f.run_id = s.run_id WHERE NOT EXISTS (SELECT 1 FROM outdone_finding AS o JOIN standing AS n ON n.run_id ="
    "  o.outdone_by AND n.side = s.side WHERE o.run_id = f.run_id AND o.finding_id = f.finding_id) GROUP BY 1, 2)";

constexpr const char* kArms[] = {
    "SELECT 'certificate' AS subject, 'replaced' AS change, m.site, m.cluster, m.node, m.address, m.port, m.protocol,"
    " a.key_type AS what, b.told AS before, a.told AS after, NULL AS finding_id FROM met AS m JOIN leaf AS a ON"
    " a.interface_id = m.interface_id AND a.side = 1 JOIN leaf AS b ON b.interface_id = m.interface_id AND b.side = 0"
    " AND b.key_type IS a.key_type WHERE a.shas <> b.shas",

    "SELECT 'certificate', iif(k.side, 'new', 'gone'), m.site, m.cluster, m.node, m.address, m.port, m.protocol,"
    " k.key_type, iif(k.side, NULL, k.told), iif(k.side, k.told, NULL), NULL FROM met AS m JOIN leaf AS k ON"
    " k.interface_id = m.interface_id WHERE m.state = 'tls' AND m.state_before = 'tls' AND NOT EXISTS (SELECT 1 FROM "
    "leaf"
    " AS o WHERE o.interface_id = k.interface_id AND o.side <> k.side AND o.key_type IS k.key_type)",

    "SELECT 'version', iif(v.outcome = 'accepted', 'opened', 'closed'), m.site, m.cluster, m.node, m.address, m.port,"
    " m.protocol, v.version, w.outcome, v.outcome, NULL FROM met AS m JOIN interface_version AS v ON v.run_id = "
    "m.run_id"
    " AND v.n = m.n JOIN interface_version AS w ON w.run_id = m.run_before AND w.n = m.n_before AND w.version ="
    " v.version WHERE v.outcome <> w.outcome AND (v.outcome = 'accepted' OR w.outcome = 'accepted')",

    "SELECT 'interface', 'changed', m.site, m.cluster, m.node, m.address, m.port, m.protocol, 'state', m.state_before,"
    " m.state, NULL FROM met AS m WHERE m.state <> m.state_before",

    "SELECT 'interface', iif(a.side, 'new', 'gone'), i.site, i.cluster, i.node, i.address, i.port, i.protocol, 'asked',"
    " iif(a.side, NULL, i.state), iif(a.side, i.state, NULL), NULL FROM asked AS a JOIN interface AS i ON i.run_id ="
    " a.run_id AND i.interface_id = a.interface_id WHERE NOT EXISTS (SELECT 1 FROM asked AS b WHERE b.interface_id ="
    " a.interface_id AND b.side <> a.side) AND EXISTS (SELECT 1 FROM asked AS c WHERE c.side <> a.side)",

    "SELECT DISTINCT 'node', iif(t.side, 'new', 'gone'), t.site, t.cluster, t.node, NULL, NULL, NULL, NULL, NULL, NULL,"
    " NULL FROM told AS t WHERE t.node <> '' AND (t.site, t.kind) IN (SELECT site, kind FROM both) AND NOT EXISTS "
    "(SELECT 1 FROM told "
    "AS"
    " o WHERE o.side <> t.side AND o.site = t.site AND o.kind = t.kind AND o.cluster = t.cluster AND o.node = t.node)",

    "SELECT DISTINCT 'fact', 'changed', t.site, t.cluster, nullif(t.node, ''), NULL, nullif(t.port, 0), "
    "nullif(t.service, ''),"
    " t.name, o.value, t.value, NULL FROM told AS t JOIN told AS o ON o.side = 0 AND o.site = t.site AND o.kind = "
    "t.kind AND o.cluster ="
    " t.cluster AND o.node = t.node AND o.service = t.service AND o.port = t.port AND o.name = t.name WHERE t.side = 1"
    " AND o.value <> t.value",

    "SELECT 'hop', CASE WHEN a.breaks > b.breaks THEN 'worse' WHEN a.breaks < b.breaks THEN 'better' WHEN a.unknown >"
    " b.unknown THEN 'worse' WHEN a.unknown < b.unknown THEN 'better' ELSE 'changed' END, a.site, a.client, NULL, NULL,"
    " a.port, a.protocol, a.client || iif(a.client_service = '', '', ' as ' || a.client_service) || ' -> ' || a.server"
    " || ':' || a.port || ' ' || a.what, b.works || ' work, ' || b.breaks || ' break, ' || b.unknown || ' unknown',"
    " a.works || ' work, ' || a.breaks || ' break, ' || a.unknown || ' unknown', NULL FROM fare AS a JOIN fare AS b ON"
    " b.side = 0 AND b.site = a.site AND b.client = a.client AND b.client_service = a.client_service AND b.server ="
    " a.server AND b.port = a.port AND b.protocol = a.protocol AND b.what = a.what WHERE a.side = 1 AND (a.works,"
    " a.breaks, a.unknown) <> (b.works, b.breaks, b.unknown)",

    "SELECT 'hop', iif(f.side, 'new', 'gone'), f.site, f.client, NULL, NULL, f.port, f.protocol, f.client ||"
    " iif(f.client_service = '', '', ' as ' || f.client_service) || ' -> ' || f.server || ':' || f.port || ' ' || "
    "f.what,"
    " iif(f.side, NULL, f.works || ' work, ' || f.breaks || ' break, ' || f.unknown || ' unknown'), iif(f.side, f.works"
    " || ' work, ' || f.breaks || ' break, ' || f.unknown || ' unknown', NULL), NULL FROM fare AS f WHERE NOT EXISTS"
    " (SELECT 1 FROM fare AS o WHERE o.side <> f.side AND o.site = f.site AND o.client = f.client AND o.client_service "
    "="
    " f.client_service AND o.server = f.server AND o.port = f.port AND o.protocol = f.protocol AND o.what = f.what) AND"
    " EXISTS (SELECT 1 FROM fare AS o WHERE o.side <> f.side AND o.site = f.site)",

    "SELECT 'handshake', iif(a.failed > 0, 'worse', 'better'), a.site, a.client, NULL, NULL, a.server_port, a.protocol,"
    " a.client || ' -> ' || a.server || ':' || a.server_port, b.established || ' established, ' || b.failed ||"
    " ' failed', a.established || ' established, ' || a.failed || ' failed', NULL FROM shake AS a JOIN shake AS b ON"
    " b.side = 0 AND b.site = a.site AND b.client = a.client AND b.server = a.server AND b.server_port = a.server_port"
    " AND b.protocol = a.protocol WHERE a.side = 1 AND (a.failed > 0) <> (b.failed > 0)",

    "SELECT 'finding', iif(c.side, 'new', 'gone'), f.site, coalesce(nullif(f.cluster, ''), f.hop_client || ' -> ' || "
    "f.hop_server), f.node, f.address, f.port, f.protocol, f.severity"
    " || ' ' || f.rule || ': ' || f.title, iif(c.side, NULL, f.evidence), iif(c.side, f.evidence, NULL), f.finding_id"
    " FROM concluded AS c JOIN finding AS f ON f.run_id = c.run_id AND f.finding_id = c.finding_id WHERE NOT EXISTS"
    " (SELECT 1 FROM concluded AS o WHERE o.finding_id = c.finding_id AND o.side <> c.side)",

    "SELECT 'finding', 'changed', f.site, coalesce(nullif(f.cluster, ''), f.hop_client || ' -> ' || f.hop_server), "
    "f.node, f.address, f.port, f.protocol, f.severity || ' ' || f.rule"
    " || ': ' || f.title, g.severity || ': ' || coalesce(g.evidence, ''), f.severity || ': ' || coalesce(f.evidence, "
    "''),"
    " f.finding_id FROM concluded AS c JOIN concluded AS o ON o.side = 0 AND o.finding_id = c.finding_id JOIN finding "
    "AS"
    " f ON f.run_id = c.run_id AND f.finding_id = c.finding_id JOIN finding AS g ON g.run_id = o.run_id AND "
    "g.finding_id"
    " = o.finding_id WHERE c.side = 1 AND (f.severity <> g.severity OR f.evidence IS NOT g.evidence)",
};

std::string statement() {
  std::string sql = fmt::format("{}{}{}{}{} ", kSides, kInterfaces, kFacts, kHops, kFindings);
  for (std::size_t n = 0; n < std::size(kArms); ++n) sql += fmt::format("{}{}", n == 0 ? "" : " UNION ALL ", kArms[n]);
  return sql;
}

std::string json_list(const std::vector<std::string>& ids) {
  return nlohmann::json(ids).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

struct KnownRun {
  std::string id;
  std::string kind;
  std::string site;
  std::string started_at;
};

std::vector<KnownRun> runs_of(const SQLite::Database& handle) {
  std::vector<KnownRun> runs;
  for (Rows rows(handle, "SELECT run_id, kind, site, started_at FROM v_run ORDER BY started_at, run_id"); rows.next();)
    runs.push_back({rows.text("run_id"), rows.text("kind"), rows.text("site"), rows.text("started_at")});
  return runs;
}

using Kind = std::pair<std::string, std::string>;  // And site.
Kind kind_of(const KnownRun& run) { return {run.kind, run.site}; }

// The newest run of each kind that began by then; later ones in the list win.
std::map<Kind, std::string> standing_at(const std::vector<KnownRun>& runs, const std::string& moment) {
  std::map<Kind, std::string> newest;
  for (const KnownRun& run : runs) {
    if (run.started_at <= moment) newest[kind_of(run)] = run.id;
  }
  return newest;
}

Result<std::map<Kind, std::string>> side_of(const std::vector<KnownRun>& runs, const std::string& word) {
  constexpr std::size_t kDay = 10;  // "2026-11-29"
  if (const auto moment = parse_iso8601(word)) {
    const bool whole_day = word.size() == kDay;
    auto standing = standing_at(runs, to_iso8601(*moment + std::chrono::seconds(whole_day ? 86399 : 0)));
    if (standing.empty()) return fail(ErrorCode::not_found, fmt::format("no run began by {}", word));
    return standing;
  }
  std::vector<const KnownRun*> named;
  for (const KnownRun& run : runs) {
    if (run.id.starts_with(word)) named.push_back(&run);
  }
  if (named.empty())
    return fail(ErrorCode::not_found,
                fmt::format("there is no run {}; 'ucready report --table run' lists them, or give a day", word));
  if (named.size() > 1)
    return fail(ErrorCode::invalid_input, fmt::format("several runs begin with {}; give more", word));
  return std::map<Kind, std::string>{{kind_of(*named.front()), named.front()->id}};
}

Result<Comparison> compared(const std::map<Kind, std::string>& from, const std::map<Kind, std::string>& to) {
  Comparison comparison;
  for (const auto& [kind, id] : to) {
    const auto before = from.find(kind);
    if (before == from.end() || before->second == id) {
      comparison.same.push_back(id);
      continue;
    }
    comparison.from.push_back(before->second);
    comparison.to.push_back(id);
  }
  if (comparison.to.empty()) return fail(ErrorCode::not_found, "there are no two runs of one kind and site to compare");
  return comparison;
}

}  // namespace

Result<Comparison> comparison_of(const db::Database& database, const std::string& from, const std::string& to) {
  auto told = db::guarded(database.path(), database.handle().getHandle(), [&]() -> Result<Comparison> {
    const std::vector<KnownRun> runs = runs_of(database.handle());
    auto after = to.empty() ? standing_at(runs, "~") : side_of(runs, to);
    if (!after) return tl::unexpected(after.error());
    if (!from.empty()) {
      const auto before = side_of(runs, from);
      if (!before) return tl::unexpected(before.error());
      return compared(*before, *after);
    }
    std::map<Kind, std::string> before;  // Of each kind the run before.
    for (const KnownRun& run : runs) {
      const auto newer = after->find(kind_of(run));
      if (newer != after->end() && run.id < newer->second) before[kind_of(run)] = run.id;
    }
    return compared(before, *after);
  });
  if (!told) return tl::unexpected(told.error());
  return *told;
}

Rows difference_rows(const RowSource& rows, const Comparison& comparison) {
  return rows(statement(), {json_list(comparison.from), json_list(comparison.to), json_list(comparison.same)});
}

Result<void> write_difference(const db::Database& database, const Comparison& comparison,
                              const DifferenceFormat& format, const Style& style, std::ostream& out) {
  return db::guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Transaction one_state(database.handle());
    format.write(difference_rows({database.handle()}, comparison), style, out);
  });
}

}  // namespace ucready::report
