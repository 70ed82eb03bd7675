#include "db/recorded_offers.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/ip_address.h"
#include "db/row_values.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

// Both kinds of source in the same columns.
constexpr const char* kMet =
    "WITH met AS ("
    " SELECT r.site, r.kind, k.run_id, k.client, k.client_node, coalesce(k.client_service, '') AS client_service,"
    "  k.client_address, k.server, k.server_node, k.server_address, k.server_port AS port, k.protocol,"
    "  coalesce(k.server_name, '') AS server_name, k.offer_id, k.sessions"
    " FROM session_kind AS k JOIN run AS r ON r.run_id = k.run_id WHERE k.offer_id IS NOT NULL"
    " UNION ALL"
    " SELECT r.site, r.kind, p.run_id, p.client, p.client_node, p.client_service, '', '', '', '', 0, p.protocol,"
    "  '', p.offer_id, p.sessions"
    " FROM profile_offer AS p JOIN run AS r ON r.run_id = p.run_id),"
    " mine AS (SELECT * FROM met WHERE (:site IN ('', site) OR kind = 'profile') AND CASE WHEN :address <> ''"
    "  THEN client_address = :address OR client = :address"
    "  WHEN :cluster = '' THEN 1 ELSE client = :cluster AND (:node = '' OR client_node IN ('', :node)) END) ";

void bind(SQLite::Statement& query, const std::string& site, const ClientName& client) {
  query.bind(":site", site);
  query.bind(":cluster", client.cluster);
  query.bind(":node", client.node);
  query.bind(":address", client.address);
}

void read_hellos(SQLite::Database& database, RecordedOffers& recorded) {
  SQLite::Statement hello(database, "SELECT hello FROM client_offer WHERE offer_id = ?");
  for (const MetOffer& met : recorded.offers) {
    if (recorded.hellos.contains(met.offer_id)) continue;
    hello.bind(1, met.offer_id);
    if (hello.executeStep()) {
      const std::string bytes = hello.getColumn(0).getString();
      const ByteView view = as_bytes(bytes);
      recorded.hellos[met.offer_id] = {view.begin(), view.end()};
    }
    hello.reset();
  }
}

}  // namespace

ClientName read_client_name(const std::string& text) {
  if (const auto address = parse_ip_address(text)) return {"", "", to_text(*address)};
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {text, "", ""};
  return {text.substr(0, slash), text.substr(slash + 1), ""};
}

Result<RecordedOffers> recorded_offers(const Database& database, const std::string& site, const ClientName& client) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Database& handle = database.handle();
    RecordedOffers recorded;
    SQLite::Statement newest(handle, std::string(kMet) + "SELECT run_id, kind FROM mine ORDER BY run_id DESC LIMIT 1");
    bind(newest, site, client);
    if (!newest.executeStep()) return recorded;
    recorded.run_id = text_at(newest, 0);
    recorded.kind = text_at(newest, 1);
    SQLite::Statement query(handle,
                            std::string(kMet) +
                                "SELECT client, client_node, client_service, server, server_node, server_address, port,"
                                " protocol, server_name, offer_id, sum(sessions) AS met FROM mine WHERE run_id = :run"
                                " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY met DESC, offer_id");
    bind(query, site, client);
    query.bind(":run", recorded.run_id);
    while (query.executeStep()) {
      recorded.offers.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3),
                                 text_at(query, 4), text_at(query, 5), query.getColumn(6).getInt(), text_at(query, 7),
                                 text_at(query, 8), text_at(query, 9), query.getColumn(10).getInt64()});
    }
    read_hellos(handle, recorded);
    return recorded;
  });
}

}  // namespace ucready::db
