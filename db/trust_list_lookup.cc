#include "db/trust_list_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/sqlite_error.h"

namespace ucready::db {

Result<std::vector<FetchedTrustList>> fetched_trust_lists(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Statement query(database.handle(),
                            "SELECT cluster, node, name, source, bytes FROM fetched_trust_list WHERE run_id = ?"
                            " ORDER BY cluster, node, name, port");
    query.bind(1, run_id);
    std::vector<FetchedTrustList> lists;
    while (query.executeStep()) {
      const std::string bytes = query.getColumn(4).getString();
      const ByteView view = as_bytes(bytes);
      lists.push_back({query.getColumn(0).getString(),
                       query.getColumn(1).getString(),
                       query.getColumn(2).getString(),
                       query.getColumn(3).getString(),
                       {view.begin(), view.end()}});
    }
    return lists;
  });
}

Result<std::optional<std::string>> newest_run_with_trust_lists(const Database& database) {
  return guarded(database.path(), database.handle().getHandle(), [&]() -> std::optional<std::string> {
    SQLite::Statement query(database.handle(), "SELECT max(run_id) FROM trust_list");
    if (!query.executeStep() || query.isColumnNull(0)) return std::nullopt;
    return query.getColumn(0).getString();
  });
}

Result<std::vector<std::string>> clients_without_store(const Database& database, const std::string& run_id,
                                                       const std::string& server, const std::string& store) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Statement query(
        database.handle(),
        "SELECT DISTINCT client FROM declared_hop AS h WHERE run_id = ?1 AND server = ?2 AND NOT EXISTS"
        " (SELECT 1 FROM trust_store AS t WHERE t.run_id = ?1 AND t.cluster = h.client AND t.store IN ('', ?3))"
        " ORDER BY client");
    query.bind(1, run_id);
    query.bind(2, server);
    query.bind(3, store);
    std::vector<std::string> clients;
    while (query.executeStep()) clients.push_back(query.getColumn(0).getString());
    return clients;
  });
}

}  // namespace ucready::db
