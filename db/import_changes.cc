#include "db/import_changes.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/sqlite_error.h"

namespace ucready::db {
namespace {

// Everything that the exports of two runs tell, as (subject, value), where both read that kind of export of that
// system.
constexpr const char* kChanges = R"(
WITH this AS MATERIALIZED (
  SELECT i.run_id, i.source, i.cluster, i.node, i.format, r.site
  FROM import_source AS i JOIN run AS r USING (run_id) WHERE i.run_id = ?1
),
pair AS MATERIALIZED (
  SELECT DISTINCT t.cluster, t.node, t.format,
         (SELECT max(j.run_id) FROM import_source AS j JOIN run AS q USING (run_id)
          WHERE j.run_id < ?1 AND q.site = t.site AND j.cluster = t.cluster AND j.node = t.node AND j.format = t.format) AS before
  FROM this AS t WHERE t.cluster <> ''
),
source(side, run_id, source) AS MATERIALIZED (
  SELECT DISTINCT 'after', i.run_id, i.source FROM pair AS p
  JOIN import_source AS i ON i.run_id = ?1 AND i.cluster = p.cluster AND i.node = p.node AND i.format = p.format
  WHERE p.before IS NOT NULL
  UNION
  SELECT DISTINCT 'before', i.run_id, i.source FROM pair AS p
  JOIN import_source AS i ON i.run_id = p.before AND i.cluster = p.cluster AND i.node = p.node AND i.format = p.format
),
told(side, subject, value) AS MATERIALIZED (
  SELECT s.side, f.cluster || CASE f.node WHEN '' THEN '' ELSE '/' || f.node END
           || CASE f.service WHEN '' THEN '' ELSE ' ' || f.service END
           || CASE f.port WHEN 0 THEN '' ELSE ' port ' || f.port END || ' ' || f.name, f.value
  FROM source AS s JOIN fact AS f ON f.run_id = s.run_id AND f.source = s.source
  -- What follows for the cluster is told of its nodes.
  WHERE NOT (f.node = '' AND (f.name IN ('product', 'release_has_tls13')
                              OR f.name = 'release' AND EXISTS (SELECT 1 FROM fact AS g WHERE g.run_id = f.run_id
                                                                AND g.cluster = f.cluster AND g.node <> '' AND g.name = 'release')))
  UNION
  SELECT s.side, 'hop ' || h.client || CASE h.client_node WHEN '' THEN '' ELSE '/' || h.client_node END || ' -> ' || h.server
           || CASE h.server_node WHEN '' THEN '' ELSE '/' || h.server_node END || ':' || h.port, h.security
  FROM source AS s JOIN declared_hop AS h ON h.run_id = s.run_id AND h.origin = s.source
  UNION
  SELECT s.side, 'certificate of ' || d.cluster || CASE d.node WHEN '' THEN '' ELSE '/' || d.node END
           || CASE d.port WHEN 0 THEN ' as ' || d.service ELSE ':' || d.port END || coalesce(' ' || c.key_type, ''),
         substr(e.sha256, 1, 16)
  FROM source AS s JOIN declared_chain AS d ON d.run_id = s.run_id AND d.source = s.source
  JOIN chain AS e ON e.chain_id = d.chain_id AND e.position = 0
  LEFT JOIN certificate AS c ON c.sha256 = e.sha256
  UNION
  SELECT CASE t.run_id WHEN ?1 THEN 'after' ELSE 'before' END,
         'store ' || t.store || ' of ' || t.cluster || CASE t.node WHEN '' THEN '' ELSE '/' || t.node END || ': '
           || coalesce(c.subject, e.subject, '') || ' ' || substr(coalesce(e.sha256, e.hash, ''), 1, 16), 'there'
  FROM trust_store AS t
  JOIN trust_set AS e ON e.set_id = t.set_id
  LEFT JOIN certificate AS c ON c.sha256 = e.sha256
  WHERE t.run_id = ?1 AND EXISTS (SELECT 1 FROM pair AS p JOIN trust_store AS u ON u.run_id = p.before
                                  WHERE u.cluster = t.cluster AND u.node = t.node AND u.store = t.store)
     OR t.run_id IN (SELECT before FROM pair)
        AND EXISTS (SELECT 1 FROM trust_store AS u WHERE u.run_id = ?1 AND u.cluster = t.cluster AND u.node = t.node AND u.store = t.store)
),
sides AS (
  SELECT subject, group_concat(value, ', ') FILTER (WHERE side = 'before') AS before,
         group_concat(value, ', ') FILTER (WHERE side = 'after') AS after
  FROM (SELECT * FROM told ORDER BY subject, value) GROUP BY subject
)
SELECT subject, coalesce(before, ''), coalesce(after, '') FROM sides WHERE before IS NOT after ORDER BY subject LIMIT 10000
)";

}  // namespace

Result<std::vector<ImportChange>> import_changes(const Database& database, const std::string& run_id) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Statement query(database.handle(), kChanges);
    query.bind(1, run_id);
    std::vector<ImportChange> changes;
    while (query.executeStep()) {
      changes.push_back(
          {query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString()});
    }
    return changes;
  });
}

}  // namespace ucready::db
