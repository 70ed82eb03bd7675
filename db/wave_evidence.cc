#include "db/wave_evidence.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/row_values.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

RunTold run_at(SQLite::Statement& row) {
  return {text_at(row, 0), text_at(row, 1), text_at(row, 2), text_at(row, 3), text_at(row, 4)};
}

// Aliased r.
constexpr const char* kRunColumns = "r.run_id, r.kind, r.site, r.started_at, coalesce(r.finished_at, r.started_at)";
constexpr const char* kIsEvidence = "r.kind IN ('scan', 'capture', 'import')";

std::optional<RunTold> find_plan(SQLite::Database& handle, const std::string& site) {
  SQLite::Statement query(handle, std::string("SELECT ") + kRunColumns +
                                      ", EXISTS (SELECT 1 FROM run AS e WHERE e.site = r.site AND e.run_id > r.run_id"
                                      "          AND e.kind IN ('scan', 'capture', 'import')) AS outlived"
                                      " FROM run AS r WHERE r.kind = 'plan' AND (?1 = '' OR r.site = ?1)"
                                      " AND instr(' ' || r.arguments, ' --set') = 0"
                                      " AND EXISTS (SELECT 1 FROM forecast_wave AS s WHERE s.run_id = r.run_id)"
                                      " ORDER BY outlived DESC, r.run_id DESC LIMIT 1");
  query.bind(1, site);
  if (!query.executeStep()) return std::nullopt;
  return run_at(query);
}

void read_later(SQLite::Database& handle, KeptPlan& kept) {
  SQLite::Statement later(handle, std::string("SELECT ") + kRunColumns +
                                      " FROM run AS r WHERE r.site = ? AND r.run_id > ? AND " + kIsEvidence +
                                      " ORDER BY r.run_id");
  later.bind(1, kept.plan.site);
  later.bind(2, kept.plan.run_id);
  while (later.executeStep()) kept.later.push_back(run_at(later));
  SQLite::Statement before(handle, "SELECT max(run_id) FROM run WHERE kind = 'scan' AND site = ? AND run_id < ?");
  before.bind(1, kept.plan.site);
  before.bind(2, kept.plan.run_id);
  if (before.executeStep() && !before.isColumnNull(0)) kept.scan_before = text_at(before, 0);
}

void read_course(SQLite::Database& handle, KeptPlan& kept) {
  SQLite::Statement states(handle,
                           "SELECT cluster, state, coalesce(release, ''), coalesce(change, '') FROM forecast_state"
                           " WHERE run_id = ? ORDER BY cluster, state");
  states.bind(1, kept.plan.run_id);
  while (states.executeStep()) {
    kept.states.push_back({text_at(states, 0), states.getColumn(1).getInt(), text_at(states, 2), text_at(states, 3)});
  }
  SQLite::Statement steps(handle,
                          "SELECT wave, cluster, state_before, state_after FROM forecast_move WHERE run_id = ?"
                          " ORDER BY wave, cluster");
  steps.bind(1, kept.plan.run_id);
  while (steps.executeStep()) {
    kept.steps.push_back(
        {steps.getColumn(0).getInt(), text_at(steps, 1), steps.getColumn(2).getInt(), steps.getColumn(3).getInt()});
  }
}

}  // namespace

Result<std::optional<KeptPlan>> kept_plan(const Database& database, const std::string& site) {
  return guarded(database.path(), database.handle().getHandle(), [&]() -> std::optional<KeptPlan> {
    SQLite::Database& handle = database.handle();
    const auto plan = find_plan(handle, site);
    if (!plan) return std::nullopt;
    KeptPlan kept;
    kept.plan = *plan;
    read_later(handle, kept);
    read_course(handle, kept);
    return kept;
  });
}

Result<StandTold> stand_told(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    StandTold stand;
    SQLite::Statement releases(database.handle(),
                               "SELECT cluster, release FROM v_cluster WHERE run_id = ? AND release IS NOT NULL");
    releases.bind(1, run_id);
    while (releases.executeStep()) stand.releases[text_at(releases, 0)] = text_at(releases, 1);
    SQLite::Statement settings(database.handle(),
                               "SELECT cluster, name, value FROM effective_fact"
                               " WHERE run_id = ? AND node = '' AND service = '' AND port = 0");
    settings.bind(1, run_id);
    while (settings.executeStep()) stand.settings[{text_at(settings, 0), text_at(settings, 1)}] = text_at(settings, 2);
    SQLite::Statement accepted(database.handle(),
                               "SELECT cluster, node || ':' || port || ' ' || version FROM v_interface_version"
                               " WHERE run_id = ? AND outcome = 'accepted' ORDER BY 1, 2");
    accepted.bind(1, run_id);
    while (accepted.executeStep()) stand.accepted[text_at(accepted, 0)].push_back(text_at(accepted, 1));
    return stand;
  });
}

Result<std::vector<WaveHop>> hops_after_wave(const Database& database, const std::string& plan_run, int wave) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    std::vector<WaveHop> hops;
    SQLite::Statement query(
        database.handle(),
        "SELECT h.client, h.client_node, coalesce(h.client_service, ''), h.server, h.server_node,"
        " coalesce(h.address, ''), h.port, h.protocol, h.dormant, c.outcome, coalesce(c.reason, ''),"
        " coalesce(c.version, ''), coalesce(c.certificate_key_type, ''),"
        " CASE WHEN length(c.certificate_sha256) = 64 THEN c.certificate_sha256 ELSE '' END"
        " FROM forecast_hop AS h"
        " JOIN forecast_step AS a ON a.run_id = h.run_id AND a.cluster = h.client AND a.wave = ?2"
        " JOIN forecast_step AS b ON b.run_id = h.run_id AND b.cluster = h.server AND b.wave = ?2"
        " JOIN forecast_cell AS c ON c.run_id = h.run_id AND c.kind = h.kind AND c.client_state = a.state_after"
        "  AND c.server_state = b.state_after"
        " WHERE h.run_id = ?1 ORDER BY h.hop");
    query.bind(1, plan_run);
    query.bind(2, wave);
    while (query.executeStep()) {
      WaveHop& hop = hops.emplace_back();
      hop.hop = {text_at(query, 0),
                 text_at(query, 1),
                 text_at(query, 2),
                 text_at(query, 3),
                 text_at(query, 4),
                 text_at(query, 5),
                 static_cast<std::uint16_t>(query.getColumn(6).getInt()),
                 text_at(query, 7),
                 "",
                 query.getColumn(8).getInt() != 0};
      for (const HopOutcome outcome : {HopOutcome::works, HopOutcome::breaks}) {
        if (text_at(query, 9) == to_text(outcome)) hop.outcome = outcome;
      }
      hop.reason = text_at(query, 10);
      hop.version = text_at(query, 11);
      hop.key_type = text_at(query, 12);
      hop.certificate_sha256 = text_at(query, 13);
    }
    return hops;
  });
}

Result<std::vector<ScannedListener>> scanned_listeners(const Database& database, const std::string& scan_run) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    std::map<std::int64_t, ScannedListener> seen;
    SQLite::Statement interfaces(
        database.handle(),
        "SELECT n, cluster, node, port, state, coalesce(detail, '') FROM interface WHERE run_id = ?");
    interfaces.bind(1, scan_run);
    while (interfaces.executeStep()) {
      seen[interfaces.getColumn(0).getInt64()] = {text_at(interfaces, 1),
                                                  text_at(interfaces, 2),
                                                  interfaces.getColumn(3).getInt(),
                                                  text_at(interfaces, 4),
                                                  text_at(interfaces, 5),
                                                  {},
                                                  {}};
    }
    SQLite::Statement versions(
        database.handle(),
        "SELECT n, version, outcome, coalesce(alert, '') FROM interface_version WHERE run_id = ? ORDER BY n, version");
    versions.bind(1, scan_run);
    while (versions.executeStep()) {
      const auto at = seen.find(versions.getColumn(0).getInt64());
      if (at != seen.end())
        at->second.versions.push_back({text_at(versions, 1), text_at(versions, 2), text_at(versions, 3)});
    }
    SQLite::Statement leaves(database.handle(),
                             "SELECT o.n, o.version, coalesce(o.key_type, ''), p.sha256 FROM interface_chain AS o"
                             " JOIN chain AS p ON p.chain_id = o.chain_id AND p.position = 0 WHERE o.run_id = ?"
                             " ORDER BY 1, 2, 3, 4");
    leaves.bind(1, scan_run);
    while (leaves.executeStep()) {
      const auto at = seen.find(leaves.getColumn(0).getInt64());
      if (at != seen.end()) at->second.leaves.push_back({text_at(leaves, 1), text_at(leaves, 2), text_at(leaves, 3)});
    }
    std::vector<ScannedListener> listeners;
    listeners.reserve(seen.size());
    for (auto& [n, listener] : seen) listeners.push_back(std::move(listener));
    return listeners;
  });
}

Result<std::vector<CapturedHandshakes>> captured_handshakes(const Database& database, const KeptPlan& plan,
                                                            const std::string& since) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    std::vector<CapturedHandshakes> all;
    SQLite::Statement query(
        database.handle(),
        "WITH evidence AS (SELECT run_id FROM run"
        "   WHERE site = ?1 AND run_id > ?2 AND kind IN ('capture', 'import')),"
        " counted AS (SELECT f.run_id, s.kind, count(*) AS sessions FROM session AS s"
        "   JOIN capture_source AS f ON f.source = s.source"
        "   WHERE f.run_id IN evidence AND s.started_us >= unixepoch(?3) * 1000000 GROUP BY 1, 2),"
        " seen AS (SELECT run_id, k.client, k.client_node, coalesce(k.client_service, '') AS service, k.server,"
        "   k.server_node, k.server_port AS port, c.sessions, 0 AS flows, k.version, k.server_key_type AS key_type,"
        "   k.alert_by, k.alert, CASE WHEN k.established = 0 OR k.alert_by IS NOT NULL THEN 'failed'"
        "     WHEN k.established IS NULL THEN 'undecided' WHEN k.resumed THEN 'resumed' ELSE 'full' END AS what"
        "   FROM counted AS c JOIN session_kind AS k USING (run_id, kind)"
        "   UNION ALL"
        "   SELECT run_id, client, client_node, coalesce(client_service, ''), server, server_node, server_port, 0,"
        "   flows, NULL, NULL, NULL, NULL, 'midstream' FROM midstream WHERE run_id IN evidence),"
        " aged AS (SELECT *, max(CASE WHEN what IN ('full', 'failed') THEN run_id END)"
        "   OVER (PARTITION BY client, client_node, service, server, server_node, port) AS newest FROM seen)"
        " SELECT client, client_node, service, server, server_node, port,"
        "  sum(sessions) FILTER (WHERE what = 'full'), sum(sessions) FILTER (WHERE what = 'resumed'),"
        "  sum(sessions) FILTER (WHERE what = 'failed'), sum(sessions) FILTER (WHERE what = 'undecided'), sum(flows),"
        "  coalesce(group_concat(DISTINCT CASE what WHEN 'full' THEN version END), ''),"
        "  coalesce(group_concat(DISTINCT CASE what WHEN 'full' THEN key_type END), ''),"
        "  coalesce(group_concat(DISTINCT CASE what WHEN 'failed' THEN"
        "   coalesce(alert_by || ' ' || coalesce(alert, 'an encrypted alert'), 'neither side') END), '')"
        " FROM aged WHERE newest IS NULL OR run_id = newest GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6");
    query.bind(1, plan.plan.site);
    query.bind(2, plan.plan.run_id);
    query.bind(3, since);
    while (query.executeStep()) {
      all.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3), text_at(query, 4),
                     query.getColumn(5).getInt(), query.getColumn(6).getInt64(), query.getColumn(7).getInt64(),
                     query.getColumn(8).getInt64(), query.getColumn(9).getInt64(), query.getColumn(10).getInt64(),
                     text_at(query, 11), text_at(query, 12), text_at(query, 13)});
    }
    return all;
  });
}

}  // namespace ucready::db
