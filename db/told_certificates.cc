#include "db/told_certificates.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/row_insert.h"

namespace ucready::db {
namespace {

// Every join is of a set with one that is kept sorted, so the cost is that of the newest runs' rows. ?1: the run,
// ?2: its site.
constexpr const char* kKeep = R"(
WITH
live AS MATERIALIZED (SELECT run_id, source FROM live_import WHERE site IN (?2, '')),
word AS MATERIALIZED (
  SELECT max(r.run_id) AS run_id FROM run AS r
  WHERE r.site = ?2 AND r.kind <> 'import' AND EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = r.run_id AND f.name = 'product')
),
imported AS MATERIALIZED (
  SELECT * FROM declared_chain
  WHERE run_id IN (SELECT run_id FROM live) AND (run_id, source) IN (SELECT run_id, source FROM live)
),
told AS MATERIALIZED (
  SELECT cluster, node, service, port, protocol, chain_id, confidence, source, line FROM imported
  UNION ALL
  SELECT cluster, node, service, port, protocol, chain_id, confidence, source, line FROM declared_chain
  WHERE run_id = (SELECT run_id FROM word)
    AND (cluster, node, service, port) NOT IN (SELECT cluster, node, service, port FROM imported)
),
product AS MATERIALIZED (
  SELECT cluster, value AS product,
         max(CASE confidence WHEN 'observed' THEN 4 WHEN 'imported' THEN 3 WHEN 'declared' THEN 2 ELSE 1 END)
  FROM fact
  WHERE name = 'product' AND node = ''
    AND (run_id = (SELECT run_id FROM word)
         OR run_id IN (SELECT run_id FROM live) AND (run_id, source) IN (SELECT run_id, source FROM live))
  GROUP BY cluster
),
shown_here AS MATERIALIZED (
  SELECT DISTINCT i.cluster, i.node, i.port, r.kind, o.key_type, o.chain_id
  FROM run AS r
  CROSS JOIN interface AS i ON i.run_id = r.run_id
  CROSS JOIN interface_chain AS o ON o.run_id = i.run_id AND o.n = i.n
  WHERE r.run_id IN (SELECT max(run_id) FROM run WHERE kind IN ('scan', 'capture') AND (site = ?2 OR ?2 = '') GROUP BY kind, site)
    AND i.cluster IN (SELECT cluster FROM told)
),
-- What any node of a cluster shows stands for the cluster's own word.
shown AS MATERIALIZED (
  SELECT * FROM shown_here
  UNION
  SELECT cluster, '', port, kind, key_type, chain_id FROM shown_here
),
shown_certificate AS MATERIALIZED (
  SELECT DISTINCT s.cluster, s.node, p.position = 0 AS is_leaf, p.sha256, c.subject
  FROM (SELECT DISTINCT cluster, node, chain_id FROM shown) AS s
  JOIN chain AS p USING (chain_id)
  JOIN certificate AS c USING (sha256)
),
placed AS MATERIALIZED (
  SELECT t.*, l.sha256 AS leaf,
         -- A scan sees all that a listener has, a capture what was chosen.
         t.port <> 0 AND ((t.cluster, t.node, t.port) IN (SELECT cluster, node, port FROM shown WHERE kind = 'scan')
                          OR (t.cluster, t.node, t.port, c.key_type) IN (SELECT cluster, node, port, key_type FROM shown)) AS place_shown,
         CASE WHEN t.port > 0 THEN t.port || coalesce(' ' || t.protocol, '')
              WHEN t.service <> '' THEN 'client service ' || t.service
              ELSE 'every interface and client service' END AS place
  FROM told AS t
  JOIN chain AS l ON l.chain_id = t.chain_id AND l.position = 0
  JOIN certificate AS c ON c.sha256 = l.sha256
),
standing AS MATERIALIZED (
  SELECT cluster, node, chain_id, min(CASE WHEN port > 0 THEN format('%05d %s', port, coalesce(protocol, '')) END) AS first_port,
         max(port = 0) AS as_client,
         coalesce(group_concat(DISTINCT protocol), '') AS protocols, substr(replace(group_concat(DISTINCT place), ',', '; '), 1, 500) AS places,
         max(confidence) AS confidence,  -- By luck the alphabet has the surest last.
         -- The file's name without its folders.
         max(confidence || ' from ' || replace(source, rtrim(source, replace(source, '/', '')), '') || coalesce(':' || line, '')) AS told_by
  FROM placed
  GROUP BY cluster, node, chain_id
  HAVING max((cluster, node, leaf) IN (SELECT cluster, node, sha256 FROM shown_certificate WHERE is_leaf)) OR NOT max(place_shown)
),
link AS MATERIALIZED (
  SELECT s.cluster, s.node, s.chain_id, p.position, p.sha256, c.subject, c.issuer, c.self_signed,
         max(p.position) OVER (PARTITION BY s.cluster, s.node, s.chain_id) AS last_position
  FROM standing AS s
  JOIN chain AS p USING (chain_id)
  JOIN certificate AS c USING (sha256)
),
root AS MATERIALIZED (
  SELECT DISTINCT e.set_id, c.subject, c.sha256
  FROM trust_set AS e
  JOIN certificate AS c ON c.sha256 = e.sha256
  WHERE e.kind = 'ca' AND c.self_signed
    AND c.subject IN (SELECT issuer FROM link WHERE position = last_position AND NOT self_signed)
),
held AS MATERIALIZED (
  SELECT DISTINCT s.cluster, s.node, root.subject, root.sha256
  FROM root
  JOIN newest_store AS s ON s.set_id = root.set_id
  WHERE s.site IN (?2, '')
),
part AS MATERIALIZED (
  SELECT cluster, node, chain_id, position, sha256, subject FROM link
  UNION
  SELECT l.cluster, l.node, l.chain_id, l.position + 1, h.sha256, h.subject
  FROM link AS l
  JOIN held AS h ON h.cluster = l.cluster AND h.node IN (l.node, '') AND h.subject = l.issuer
  WHERE l.position = l.last_position AND NOT l.self_signed
),
unseen AS MATERIALIZED (
  SELECT p.cluster, p.node, p.chain_id, p.position, p.sha256, q.product, s.as_client, s.protocols, s.places, s.confidence,
         s.told_by, min(s.first_port) OVER (PARTITION BY p.cluster, p.node, p.sha256) AS first_port
  FROM part AS p
  JOIN standing AS s USING (cluster, node, chain_id)
  LEFT JOIN product AS q ON q.cluster = p.cluster
  WHERE (p.cluster, p.node, p.sha256) NOT IN (SELECT cluster, node, sha256 FROM shown_certificate)
    -- An authority of that name was shown: that certificate of it counts.
    AND (p.position = 0 OR p.subject IS NULL
         OR (p.cluster, p.node, p.subject) NOT IN (SELECT cluster, node, subject FROM shown_certificate WHERE NOT is_leaf AND subject IS NOT NULL))
    AND NOT (p.node = '' AND (p.cluster, p.sha256) IN (SELECT cluster, sha256 FROM part WHERE node <> ''))
)
INSERT INTO told_certificate
SELECT ?1, cluster, node, chain_id, position, sha256, product, CAST(substr(first_port, 1, 5) AS INTEGER),
       nullif(substr(first_port, 7), ''), as_client, protocols, places, confidence, told_by
FROM unseen
)";

}  // namespace

void keep_told_certificates(SQLite::Database& database, const std::string& run_id, const std::string& site) {
  RowInsert(database, "DELETE FROM told_certificate WHERE run_id = ?").run(run_id);
  RowInsert(database, kKeep).run(run_id, site);
}

}  // namespace ucready::db
