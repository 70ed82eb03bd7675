#include "db/identified_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/row_values.h"
#include "db/sqlite_error.h"

namespace ucready::db {
Result<std::vector<IdentifiedInterface>> identified_interfaces(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Statement query(database.handle(),
                            "SELECT cluster, node, address, port, coalesce(product, ''), coalesce(release, ''),"
                            " identified_product, coalesce(identified_release, ''), coalesce(identified_by, '')"
                            " FROM interface WHERE run_id = ? AND cluster <> '' AND node <> ''"
                            " AND identified_product IS NOT NULL ORDER BY cluster, node, port");
    query.bind(1, run_id);
    std::vector<IdentifiedInterface> found;
    while (query.executeStep()) {
      found.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), query.getColumn(3).getInt(),
                       text_at(query, 4), text_at(query, 5), text_at(query, 6), text_at(query, 7), text_at(query, 8)});
    }
    return found;
  });
}

Result<Fingerprints> fingerprints(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    const auto read = [&](const std::string& sql) {
      SQLite::Statement query(database.handle(), sql);
      query.bind(1, run_id);
      std::vector<Fact> facts;
      while (query.executeStep()) {
        facts.push_back({text_at(query, 0), text_at(query, 1), "", query.getColumn(2).getInt(),
                         "certificate_preference", text_at(query, 3), Confidence::assumed, kFingerprint, 0});
      }
      return facts;
    };
    return Fingerprints{
        read("SELECT cluster, node, port, CASE value WHEN 1 THEN 'tls12-ciphers' ELSE 'tls13-signature-algorithms' END"
             " FROM v_interface_trait WHERE run_id = ? AND trait = 'certificate_preference' AND value IS NOT NULL"
             " AND cluster <> '' ORDER BY cluster, node, port"),
        read("SELECT cluster, node, port, value FROM fact WHERE run_id = ? AND name = 'certificate_preference'"
             " AND source = 'fingerprint' ORDER BY n")};
  });
}

Result<std::vector<Fact>> observed_facts(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Statement query(database.handle(),
                            "SELECT cluster, node, service, port, name, value, coalesce(source, ''), coalesce(line, 0)"
                            " FROM fact WHERE run_id = ? AND confidence = 'observed' ORDER BY n");
    query.bind(1, run_id);
    std::vector<Fact> facts;
    while (query.executeStep()) {
      facts.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), query.getColumn(3).getInt(),
                       text_at(query, 4), text_at(query, 5), Confidence::observed, text_at(query, 6),
                       query.getColumn(7).getInt()});
    }
    return facts;
  });
}

}  // namespace ucready::db
