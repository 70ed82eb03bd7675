#include "db/trust_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>

#include "db/row_values.h"
#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

constexpr std::size_t kMostCertificates = 20'000;

std::vector<TrustedCertificate> entries_of(SQLite::Statement& query, const std::string& set_id) {
  std::vector<TrustedCertificate> entries;
  query.bind(1, set_id);
  while (query.executeStep()) {
    TrustedCertificate entry;
    entry.source = text_at(query, 0);
    entry.pinned = text_at(query, 1) == "pinned";
    if (!query.isColumnNull(3)) {
      auto certificate = std::make_shared<Certificate>();
      certificate->sha256 = text_at(query, 2);
      certificate->der = bytes_at(query, 3);
      entry.certificate = std::move(certificate);
    }
    entry.subject = text_at(query, 4);
    entry.roles = text_at(query, 5);
    entry.hash_algorithm = text_at(query, 6);
    entry.hash = text_at(query, 7);
    entries.push_back(std::move(entry));
  }
  query.reset();
  return entries;
}

template <typename Work>
auto reading(const Database& database, Work&& work) {
  return guarded(database.path(), database.handle().getHandle(), std::forward<Work>(work));
}

}  // namespace

Result<std::vector<HeldSet>> newest_stores(const Database& database) {
  return reading(database, [&] {
    SQLite::Statement stores(
        database.handle(),
        "SELECT site, cluster, node, store, set_id FROM newest_store ORDER BY site, cluster, node, store, set_id");
    std::map<std::string, HeldSet> sets;
    while (stores.executeStep()) {
      sets[text_at(stores, 4)].places.push_back(
          {text_at(stores, 0), text_at(stores, 1), text_at(stores, 2), text_at(stores, 3)});
    }
    SQLite::Statement entries(
        database.handle(),
        "SELECT e.source, e.kind, e.sha256, c.der, e.subject, e.roles, e.hash_algorithm, e.hash"
        " FROM trust_set AS e LEFT JOIN certificate AS c USING (sha256) WHERE e.set_id = ? ORDER BY e.n");
    std::vector<HeldSet> held;
    for (auto& [set_id, set] : sets) {
      set.entries = entries_of(entries, set_id);
      held.push_back(std::move(set));
    }
    return held;
  });
}

Result<std::optional<Bytes>> certificate_of(const Database& database, const std::string& sha256) {
  return reading(database, [&]() -> std::optional<Bytes> {
    SQLite::Statement query(database.handle(),
                            "SELECT der FROM certificate WHERE substr(sha256, 1, length(?1)) = ?1 LIMIT 2");
    query.bind(1, sha256);
    if (!query.executeStep()) return std::nullopt;
    Bytes der = bytes_at(query, 0);
    if (query.executeStep()) return std::nullopt;
    return der;
  });
}

Result<std::vector<Bytes>> intermediates_of(const Database& database) {
  return reading(database, [&] {
    SQLite::Statement query(database.handle(),
                            "SELECT der FROM certificate WHERE is_ca = 1 AND self_signed = 0 LIMIT ?");
    query.bind(1, static_cast<std::int64_t>(kMostCertificates));
    std::vector<Bytes> certificates;
    while (query.executeStep()) certificates.push_back(bytes_at(query, 0));
    return certificates;
  });
}

Result<std::vector<Showing>> showings_of(const Database& database, const std::string& sha256) {
  return reading(database, [&] {
    SQLite::Statement query(
        database.handle(),
        "SELECT CASE WHEN k.source IS NULL THEN 'interface' ELSE 'declared' END, k.cluster, k.node, k.service,"
        "       coalesce(k.address, ''), k.port, min(p.position), count(DISTINCT k.run_id)"
        " FROM chain AS p JOIN known_chain AS k USING (chain_id) WHERE p.sha256 = ?1"
        " GROUP BY k.source IS NULL, k.cluster, k.node, k.service, k.address, k.port"
        " UNION ALL SELECT 'session, as server', '', '', '', server_address, server_port, 0, count(*)"
        " FROM v_session WHERE server_certificate_sha256 = ?1 GROUP BY server_address, server_port"
        " UNION ALL SELECT 'session, as client', '', '', '', client_address, 0, 0, count(*)"
        " FROM v_session WHERE client_certificate_sha256 = ?1 GROUP BY client_address"
        " ORDER BY 1, 2, 3, 5, 6");
    query.bind(1, sha256);
    std::vector<Showing> showings;
    while (query.executeStep()) {
      showings.push_back({text_at(query, 0), text_at(query, 1), text_at(query, 2), text_at(query, 3), text_at(query, 4),
                          query.getColumn(5).getInt(), query.getColumn(6).getInt(), query.getColumn(7).getInt64()});
    }
    return showings;
  });
}

Result<std::optional<std::string>> site_of_cluster(const Database& database, const std::string& cluster) {
  return reading(database, [&]() -> std::optional<std::string> {
    SQLite::Statement query(database.handle(),
                            "SELECT r.site FROM run AS r WHERE EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = "
                            "r.run_id AND f.cluster = ?1)"
                            " ORDER BY r.started_at DESC, r.run_id DESC LIMIT 1");
    query.bind(1, cluster);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getString();
  });
}

}  // namespace ucready::db
