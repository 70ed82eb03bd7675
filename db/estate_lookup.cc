#include "db/estate_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <set>
#include <tuple>

#include "db/row_values.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

// The newest run of a kind at the site of `run_id`.
constexpr const char* kNewest =
    "(SELECT max(r.run_id) FROM run AS r WHERE r.kind = ?2 AND r.site = (SELECT site FROM run WHERE run_id = ?1))";

// The imports that count at the site of `run_id`.
constexpr const char* kLiveImports =
    "SELECT i.run_id, i.source FROM live_import AS i"
    " WHERE i.site IN (SELECT site FROM run WHERE run_id = ?1) OR i.site = ''";

// As effective_fact has it of one run; what the newest scan found out is surer than what any run was told, and what
// systems say of themselves than what somebody wrote down. Of equally sure ones the newest run's last.
void read_facts(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  SQLite::Statement query(
      database,
      std::string(
          "SELECT cluster, node, service, port, name, value, confidence, coalesce(source, ''), coalesce(line, 0),"
          " max(printf('%d %s %012d', CASE confidence WHEN 'observed' THEN 4 WHEN 'imported' THEN 3 WHEN 'declared'"
          " THEN 2 WHEN 'assumed' THEN 1 ELSE 0 END, run_id, n)) AS weight"
          " FROM (SELECT * FROM fact WHERE run_id = ?1 AND coalesce(source, '') <> 'fingerprint'"
          " AND (confidence <> 'imported' OR run_id NOT IN (SELECT run_id FROM import_source))"
          " UNION ALL SELECT * FROM fact WHERE confidence = 'observed' AND run_id <> ?1 AND run_id = ") +
          kNewest + " UNION ALL SELECT * FROM fact WHERE source = 'fingerprint' AND run_id = " + kNewest +
          " UNION ALL SELECT f.* FROM (" + kLiveImports +
          ") AS l JOIN fact AS f ON f.run_id = l.run_id AND f.source = l.source WHERE f.confidence <> 'observed')" +
          " GROUP BY cluster, node, service, port, name");
  query.bind(1, run_id);
  query.bind(2, "scan");
  while (query.executeStep()) {
    rows.facts.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), query.getColumn(3).getInt(),
                          text_at(query, 4), text_at(query, 5),
                          parse_confidence(text_at(query, 6)).value_or(Confidence::unknown), text_at(query, 7),
                          query.getColumn(8).getInt()});
  }
}

void read_hops(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  // Of hops that are told twice the first counts: a system's own words before a site file's.
  const std::string columns =
      "client, client_node, client_service, server, server_node, address, port, protocol, source, security, dormant, "
      "run_id";  // Then what an import alone has.
  const std::string own = "SELECT 1 AS rank, n, name, origin, line, " + columns +
                          " FROM declared_hop WHERE (run_id, origin) IN (" + kLiveImports + ")";
  const std::string others = "SELECT 2, 0, '', '', 0, " + columns +
                             " FROM v_hop WHERE (run_id = ?1 AND source <> 'imported') OR run_id = " + kNewest;
  SQLite::Statement query(
      database,
      "SELECT client, client_node, coalesce(client_service, ''), server, server_node,"
      " coalesce(address, ''), port, protocol, source, coalesce(security, ''), dormant, coalesce(name, ''),"
      " coalesce(origin, ''), coalesce(line, 0) FROM (" +
          own + " UNION ALL " + others + ") ORDER BY rank, run_id DESC, n");
  query.bind(1, run_id);
  query.bind(2, "capture");
  while (query.executeStep()) {
    rows.hops.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3), text_at(query, 4),
                         text_at(query, 5), static_cast<std::uint16_t>(query.getColumn(6).getInt()), text_at(query, 7),
                         text_at(query, 8), text_at(query, 9), query.getColumn(10).getInt() != 0, text_at(query, 11),
                         text_at(query, 12), query.getColumn(13).getInt()});
  }
}

void read_order(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  SQLite::Statement query(database,
                          "SELECT wave, coalesce(date, ''), kind, cluster, coalesce(setting, ''), coalesce(value, '')"
                          " FROM order_step WHERE run_id = ? ORDER BY n");
  query.bind(1, run_id);
  while (query.executeStep()) {
    rows.order.push_back({query.getColumn(0).getInt(), text_at(query, 1), text_at(query, 2), text_at(query, 3),
                          text_at(query, 4), text_at(query, 5)});
  }
}

void read_interfaces(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  std::map<std::int64_t, SeenInterface> seen;
  SQLite::Statement interfaces(database, std::string("SELECT n, cluster, node, port, protocol FROM interface"
                                                     " WHERE state = 'tls' AND run_id = ") +
                                             kNewest);
  SQLite::Statement versions(database, std::string("SELECT n, version FROM interface_version"
                                                   " WHERE outcome = 'accepted' AND run_id = ") +
                                           kNewest + " ORDER BY n, version");
  SQLite::Statement chains(database,
                           std::string("SELECT DISTINCT n, chain_id FROM interface_chain WHERE run_id = ") + kNewest);
  SQLite::Statement auth(
      database, std::string("SELECT n, max(requested), max(required) FROM interface_client_auth WHERE run_id = ") +
                    kNewest + " GROUP BY n");
  SQLite::Statement traits(database,
                           std::string("SELECT n, min(value) FROM interface_trait WHERE trait = 'secure_renegotiation'"
                                       " AND run_id = ") +
                               kNewest + " GROUP BY n");
  for (SQLite::Statement* const query : {&interfaces, &versions, &chains, &auth, &traits}) {
    query->bind(1, run_id);
    query->bind(2, "scan");
  }
  SQLite::Statement newest(database, std::string("SELECT ") + kNewest);
  newest.bind(1, run_id);
  newest.bind(2, "scan");
  if (newest.executeStep()) rows.scan_run = text_at(newest, 0);
  while (interfaces.executeStep()) {
    seen[interfaces.getColumn(0).getInt64()] = {text_at(interfaces, 1),
                                                text_at(interfaces, 2),
                                                interfaces.getColumn(3).getInt(),
                                                text_at(interfaces, 4),
                                                {},
                                                {},
                                                false,
                                                {}};
  }
  const auto of = [&](SQLite::Statement& query) {
    const auto found = seen.find(query.getColumn(0).getInt64());
    return found == seen.end() ? nullptr : &found->second;
  };
  while (versions.executeStep()) {
    if (SeenInterface* const at = of(versions)) at->accepted.push_back(text_at(versions, 1));
  }
  while (chains.executeStep()) {
    if (SeenInterface* const at = of(chains)) at->chain_ids.push_back(text_at(chains, 1));
  }
  while (auth.executeStep()) {
    if (SeenInterface* const at = of(auth)) {
      at->requested = auth.getColumn(1).getInt() != 0;
      at->required = flag_at(auth, 2);
    }
  }
  while (traits.executeStep()) {
    if (SeenInterface* const at = of(traits)) at->secure_renegotiation = flag_at(traits, 1);
  }
  for (auto& [n, interface] : seen) rows.interfaces.push_back(std::move(interface));
}

void read_chains(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  // What an export shows of a place takes the place of what a site file says of exactly it.
  SQLite::Statement declared(
      database, std::string("SELECT cluster, node, service, port, chain_id, confidence, rank FROM ("
                            "SELECT 1 AS rank, d.* FROM (") +
                    kLiveImports +
                    ") AS l JOIN declared_chain AS d ON d.run_id = l.run_id AND d.source = l.source"
                    " UNION ALL SELECT 2, d.* FROM declared_chain AS d WHERE d.run_id = ?1"
                    " AND d.run_id NOT IN (SELECT run_id FROM import_source)) ORDER BY rank, run_id DESC, n");
  declared.bind(1, run_id);
  std::set<std::tuple<std::string, std::string, std::string, int>> imported;
  while (declared.executeStep()) {
    SeenChain chain{text_at(declared, 0), text_at(declared, 1),
                    text_at(declared, 2), declared.getColumn(3).getInt(),
                    text_at(declared, 4), parse_confidence(text_at(declared, 5)).value_or(Confidence::declared)};
    const std::tuple place(chain.cluster, chain.node, chain.service, chain.port);
    const bool is_imported = declared.getColumn(6).getInt() == 1;
    if (!is_imported && imported.contains(place)) continue;
    if (is_imported) imported.insert(place);
    rows.declared_chains.push_back(std::move(chain));
  }
  std::set<std::string> wanted;
  for (const SeenChain& chain : rows.declared_chains) wanted.insert(chain.chain_id);
  for (const SeenInterface& interface : rows.interfaces)
    wanted.insert(interface.chain_ids.begin(), interface.chain_ids.end());
  for (const SeenAnswer& answer : rows.answers) {
    if (!answer.chain_id.empty()) wanted.insert(answer.chain_id);
  }
  for (const CapturedClient& client : rows.captured.clients) wanted.insert(client.chain_id);
  for (const CapturedServer& server : rows.captured.servers)
    wanted.insert(server.chain_ids.begin(), server.chain_ids.end());
  SQLite::Statement query(
      database,
      "SELECT der FROM chain AS p JOIN certificate AS c USING (sha256) WHERE p.chain_id = ? ORDER BY p.position");
  for (const std::string& id : wanted) {
    query.bind(1, id);
    while (query.executeStep()) rows.chains[id].push_back(bytes_at(query, 0));
    query.reset();
  }
}

void read_sessions(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  SQLite::Statement query(
      database,
      std::string("SELECT client, client_node, coalesce(client_service, ''), server, server_node,"
                  " server_port, sum(sessions), established, coalesce(resumed, 0), coalesce(offer_id, ''), told"
                  " FROM (SELECT *, 0 AS told FROM session_kind WHERE run_id = ") +
          kNewest + " UNION ALL SELECT *, 1 FROM session_kind WHERE run_id IN (SELECT run_id FROM (" + kLiveImports +
          "))) GROUP BY 1, 2, 3, 4, 5, 6, 8, 9, 10, 11");
  query.bind(1, run_id);
  query.bind(2, "capture");
  while (query.executeStep()) {
    rows.sessions.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3),
                             text_at(query, 4), query.getColumn(5).getInt(), query.getColumn(6).getInt64(),
                             flag_at(query, 7), query.getColumn(8).getInt() != 0, text_at(query, 9),
                             query.getColumn(10).getInt() != 0});
  }
  SQLite::Statement hello(database, "SELECT hello FROM client_offer WHERE offer_id = ?");
  for (const SeenSessions& seen : rows.sessions) {
    if (seen.offer_id.empty() || rows.hellos.contains(seen.offer_id)) continue;
    hello.bind(1, seen.offer_id);
    if (hello.executeStep()) rows.hellos[seen.offer_id] = bytes_at(hello, 0);
    hello.reset();
  }
}

}  // namespace

Result<std::optional<std::string>> newest_run_with_facts(const Database& database) {
  return guarded(database.path(), database.handle().getHandle(), [&]() -> std::optional<std::string> {
    SQLite::Statement query(database.handle(),
                            "SELECT run_id FROM run AS r"
                            " WHERE EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = r.run_id AND f.name = 'product')"
                            " ORDER BY kind = 'import', run_id DESC LIMIT 1");
    if (!query.executeStep()) return std::nullopt;
    return text_at(query, 0);
  });
}

Result<EstateRows> estate_rows(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    EstateRows rows;
    SQLite::Database& handle = database.handle();
    SQLite::Statement site(handle, "SELECT site FROM run WHERE run_id = ?");
    site.bind(1, run_id);
    if (site.executeStep()) rows.site = text_at(site, 0);
    read_facts(handle, run_id, rows);
    read_hops(handle, run_id, rows);
    read_order(handle, run_id, rows);
    read_interfaces(handle, run_id, rows);
    rows.answers = seen_answers(handle, rows.site);
    rows.captured = captured_ends(handle, rows.site);
    read_chains(handle, run_id, rows);
    read_sessions(handle, run_id, rows);
    return rows;
  });
}

}  // namespace ucready::db
