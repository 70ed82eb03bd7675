#include "db/estate_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <set>
#include <tuple>

#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

std::string text_at(SQLite::Statement& row, int column) { return row.getColumn(column).getString(); }
std::optional<bool> flag_at(SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return row.getColumn(column).getInt() != 0;
}
Bytes bytes_at(SQLite::Statement& row, int column) {
  const std::string bytes = row.getColumn(column).getString();
  const ByteView view = as_bytes(bytes);
  return {view.begin(), view.end()};
}

// The newest run of a kind at the site of `run_id`.
constexpr const char* kNewest =
    "(SELECT max(r.run_id) FROM run AS r WHERE r.kind = ?2 AND r.site = (SELECT site FROM run WHERE run_id = ?1))";

// As effective_fact has it of one run; what the newest scan found out is surer than what any run was told.
void read_facts(SQLite::Database& database, const std::string& run_id, EstateRows& rows) {
  SQLite::Statement query(
      database,
      std::string(
          "SELECT cluster, node, service, port, name, value, confidence, coalesce(source, ''), coalesce(line, 0),"
          " max(CASE confidence WHEN 'observed' THEN 4 WHEN 'imported' THEN 3 WHEN 'declared' THEN 2 WHEN 'assumed'"
          " THEN 1 ELSE 0 END * 4294967296 + n) AS weight"
          " FROM fact WHERE run_id = ?1 OR (confidence = 'observed' AND run_id = ") +
          kNewest + ") GROUP BY cluster, node, service, port, name");
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
  SQLite::Statement query(database,
                          std::string("SELECT client, client_node, coalesce(client_service, ''), server, server_node,"
                                      " coalesce(address, ''), port, protocol, source, coalesce(security, ''), dormant"
                                      " FROM v_hop WHERE run_id = ?1 OR run_id = ") +
                              kNewest);
  query.bind(1, run_id);
  query.bind(2, "capture");
  while (query.executeStep()) {
    rows.hops.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3), text_at(query, 4),
                         text_at(query, 5), static_cast<std::uint16_t>(query.getColumn(6).getInt()), text_at(query, 7),
                         text_at(query, 8), text_at(query, 9), query.getColumn(10).getInt() != 0});
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
  SQLite::Statement declared(
      database, "SELECT cluster, node, service, port, chain_id FROM declared_chain WHERE run_id = ? ORDER BY n");
  declared.bind(1, run_id);
  while (declared.executeStep()) {
    rows.declared_chains.push_back({text_at(declared, 0), text_at(declared, 1), text_at(declared, 2),
                                    declared.getColumn(3).getInt(), text_at(declared, 4)});
  }
  std::set<std::string> wanted;
  for (const SeenChain& chain : rows.declared_chains) wanted.insert(chain.chain_id);
  for (const SeenInterface& interface : rows.interfaces)
    wanted.insert(interface.chain_ids.begin(), interface.chain_ids.end());
  for (const SeenAnswer& answer : rows.answers) {
    if (!answer.chain_id.empty()) wanted.insert(answer.chain_id);
  }
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
      database, std::string("SELECT client, client_node, coalesce(client_service, ''), server, server_node,"
                            " server_port, sum(sessions), established, coalesce(resumed, 0), coalesce(offer_id, '')"
                            " FROM session_kind WHERE run_id = ") +
                    kNewest + " GROUP BY 1, 2, 3, 4, 5, 6, 8, 9, 10");
  query.bind(1, run_id);
  query.bind(2, "capture");
  while (query.executeStep()) {
    rows.sessions.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3),
                             text_at(query, 4), query.getColumn(5).getInt(), query.getColumn(6).getInt64(),
                             flag_at(query, 7), query.getColumn(8).getInt() != 0, text_at(query, 9)});
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
    SQLite::Statement query(database.handle(), "SELECT max(run_id) FROM fact WHERE name = 'product'");
    if (!query.executeStep() || query.isColumnNull(0)) return std::nullopt;
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
    read_chains(handle, run_id, rows);
    read_sessions(handle, run_id, rows);
    return rows;
  });
}

}  // namespace ucready::db
