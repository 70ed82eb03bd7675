#include "db/run_tables.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>

namespace ucready::db {
namespace {

constexpr SharedTable kShared[] = {
    {"client_offer",
     "offer_id NOT IN (SELECT offer_id FROM session_kind WHERE offer_id IS NOT NULL UNION SELECT offer_id FROM"
     " profile_offer UNION SELECT offer_id FROM offer_answer)"},
    {"trust_list_bytes", "sha256 NOT IN (SELECT sha256 FROM trust_list)"},
    {"trust_set", "set_id NOT IN (SELECT set_id FROM trust_store)"},
    {"chain",
     "chain_id NOT IN (SELECT chain_id FROM interface_chain UNION SELECT flight_chain_id FROM interface_version WHERE"
     " flight_chain_id IS NOT NULL UNION SELECT chain_id FROM declared_chain UNION SELECT server_chain_id FROM"
     " session_kind WHERE server_chain_id IS NOT NULL UNION SELECT client_chain_id FROM session_kind WHERE"
     " client_chain_id IS NOT NULL UNION SELECT chain_id FROM offer_answer WHERE chain_id IS NOT NULL UNION SELECT"
     " chain_id FROM told_certificate)"},
    {"certificate",
     "sha256 NOT IN (SELECT sha256 FROM chain UNION SELECT sha256 FROM trust_set WHERE sha256 IS NOT NULL UNION SELECT"
     " server_certificate_sha256 FROM session_kind WHERE server_certificate_sha256 IS NOT NULL UNION SELECT"
     " client_certificate_sha256 FROM session_kind WHERE client_certificate_sha256 IS NOT NULL UNION SELECT"
     " certificate_sha256 FROM offer_answer WHERE certificate_sha256 IS NOT NULL UNION SELECT sha256 FROM"
     " told_certificate)"},
};
constexpr const char* kSessions[] = {"session", "session_bytes"};
constexpr const char* kLasting[] = {"waiver", "finding_first_seen"};

}  // namespace

std::vector<std::string> tables_of_runs(SQLite::Database& database) {
  std::vector<std::string> tables;
  SQLite::Statement rows(database,
                         "SELECT t.name FROM main.sqlite_schema AS t, pragma_table_info(t.name, 'main') AS c WHERE"
                         " t.type = 'table' AND c.name = 'run_id' ORDER BY t.name <> 'run', t.name");
  while (rows.executeStep()) tables.push_back(rows.getColumn(0).getString());
  return tables;
}

void remove_runs(SQLite::Database& database, const std::string& which) {
  const std::string sources = fmt::format("(SELECT source FROM main.capture_source WHERE run_id IN ({}))", which);
  database.exec(fmt::format("DELETE FROM main.session_bytes WHERE n IN (SELECT n FROM main.session WHERE source IN {})",
                            sources));
  database.exec(fmt::format("DELETE FROM main.session WHERE source IN {}", sources));
  const auto tables = tables_of_runs(database);
  for (auto table = tables.rbegin(); table != tables.rend(); ++table)
    database.exec(fmt::format("DELETE FROM main.{} WHERE run_id IN ({})", *table, which));
}

std::span<const SharedTable> shared_tables() { return kShared; }
std::span<const char* const> session_tables() { return kSessions; }
std::span<const char* const> lasting_tables() { return kLasting; }

}  // namespace ucready::db
