#include "db/captured_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/words.h"
#include "db/row_values.h"

namespace ucready::db {
namespace {

constexpr const char* kNewest = "(SELECT max(run_id) FROM run WHERE kind = 'capture' AND site = ?)";

}  // namespace

CapturedEnds captured_ends(SQLite::Database& database, const std::string& site) {
  CapturedEnds ends;
  SQLite::Statement clients(database, std::string("SELECT DISTINCT client, client_node, coalesce(client_service, ''),"
                                                  " client_chain_id FROM session_kind WHERE run_id = ") +
                                          kNewest + " AND client_chain_id IS NOT NULL ORDER BY 1, 2, 3, 4");
  clients.bind(1, site);
  while (clients.executeStep())
    ends.clients.push_back({text_at(clients, 0), text_at(clients, 1), text_at(clients, 2), text_at(clients, 3)});

  SQLite::Statement servers(
      database,
      std::string("SELECT server, server_node, server_port, group_concat(DISTINCT server_chain_id),"
                  " coalesce(max(client_certificate_requested), 0), coalesce(max(client_certificate_requested), 1),"
                  " coalesce(max(client_certificate_requested = 1 AND client_certificate_sent = 0 AND established = 1),"
                  " 0) FROM session_kind WHERE coalesce(resumed, 0) = 0 AND run_id = ") +
          kNewest + " GROUP BY 1, 2, 3");
  servers.bind(1, site);
  while (servers.executeStep()) {
    ends.servers.push_back({.cluster = text_at(servers, 0),
                            .node = text_at(servers, 1),
                            .port = servers.getColumn(2).getInt(),
                            .chain_ids = split_list(text_at(servers, 3)),
                            .requested = servers.getColumn(4).getInt() != 0,
                            .never_requested = servers.getColumn(5).getInt() == 0,
                            .worked_without = servers.getColumn(6).getInt() != 0});
  }
  return ends;
}

}  // namespace ucready::db
