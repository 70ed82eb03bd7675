#include "db/told_certificates.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "db/row_insert.h"

namespace ucready::db {
namespace {

struct Step {
  const char* name;
  const char* sql;  // ?1: the site.
};

// One after the other, each from those before; as one statement SQLite would compile what several steps share again for
// each. Sets are told apart by EXCEPT and IN: to answer NOT IN, SQLite looks at every row of a set.
constexpr Step kSteps[] = {
    {"live", R"(
SELECT run_id, source FROM live_import WHERE site IN (?1, ''))"},
    {"word", R"(
SELECT max(r.run_id) AS run_id FROM run AS r
WHERE r.site = ?1 AND r.kind <> 'import' AND EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = r.run_id AND f.name = 'product'))"},
    {"imported", R"(
SELECT * FROM declared_chain
WHERE run_id IN (SELECT run_id FROM live) AND (run_id, source) IN (SELECT run_id, source FROM live))"},
    {"declared", R"(
SELECT * FROM declared_chain WHERE run_id = (SELECT run_id FROM word))"},
    {"declared_alone", R"(
SELECT cluster, node, service, port FROM declared
EXCEPT
SELECT cluster, node, service, port FROM imported)"},
    {"told", R"(
SELECT t.*, p.sha256 AS leaf, c.key_type AS leaf_key_type,
       CASE WHEN t.port > 0 THEN t.port || coalesce(' ' || t.protocol, '')
            WHEN t.service <> '' THEN 'client service ' || t.service
            ELSE 'every interface and client service' END AS place
FROM (SELECT * FROM imported
      UNION ALL
      SELECT * FROM declared
      WHERE (cluster, node, service, port) IN (SELECT cluster, node, service, port FROM declared_alone)) AS t
JOIN chain AS p ON p.chain_id = t.chain_id AND p.position = 0
JOIN certificate AS c ON c.sha256 = p.sha256)"},
    {"product", R"(
SELECT cluster, value AS product,
       max(CASE confidence WHEN 'observed' THEN 4 WHEN 'imported' THEN 3 WHEN 'declared' THEN 2 ELSE 1 END)
FROM fact
WHERE name = 'product' AND node = ''
  AND (run_id = (SELECT run_id FROM word)
       OR run_id IN (SELECT run_id FROM live) AND (run_id, source) IN (SELECT run_id, source FROM live))
GROUP BY cluster)"},
    {"shown_here", R"(
SELECT DISTINCT i.cluster, i.node, i.port, r.kind, o.key_type, o.chain_id
FROM run AS r
CROSS JOIN interface AS i ON i.run_id = r.run_id
CROSS JOIN interface_chain AS o ON o.run_id = i.run_id AND o.n = i.n
WHERE r.run_id IN (SELECT max(run_id) FROM run WHERE kind IN ('scan', 'capture') AND (site = ?1 OR ?1 = '') GROUP BY kind, site)
  AND i.cluster IN (SELECT cluster FROM told))"},
    // What any node of a cluster shows stands for the cluster's own word.
    {"shown", R"(
SELECT * FROM shown_here
UNION
SELECT cluster, '', port, kind, key_type, chain_id FROM shown_here)"},
    {"shown_certificate", R"(
SELECT DISTINCT s.cluster, s.node, p.position = 0 AS is_leaf, p.sha256, c.subject
FROM (SELECT DISTINCT cluster, node, chain_id FROM shown) AS s
JOIN chain AS p ON p.chain_id = s.chain_id
JOIN certificate AS c ON c.sha256 = p.sha256)"},
    // A scan sees all that a listener has, a capture what was chosen.
    {"replaced", R"(
SELECT cluster, node, chain_id FROM told
WHERE port > 0 AND (cluster, node, port) IN (SELECT cluster, node, port FROM shown WHERE kind = 'scan')
UNION
SELECT cluster, node, chain_id FROM told
WHERE port > 0 AND (cluster, node, port, leaf_key_type) IN (SELECT cluster, node, port, key_type FROM shown))"},
    {"counting", R"(
SELECT cluster, node, chain_id FROM told
EXCEPT
SELECT cluster, node, chain_id FROM replaced
UNION
SELECT cluster, node, chain_id FROM told
WHERE (cluster, node, leaf) IN (SELECT cluster, node, sha256 FROM shown_certificate WHERE is_leaf))"},
    {"standing", R"(
SELECT cluster, node, chain_id, min(CASE WHEN port > 0 THEN format('%05d %s', port, coalesce(protocol, '')) END) AS first_port,
       max(port = 0) AS as_client, coalesce(group_concat(DISTINCT protocol), '') AS protocols,
       substr(replace(group_concat(DISTINCT place), ',', '; '), 1, 500) AS places,
       max(confidence) AS confidence,  -- By luck the alphabet has the surest last.
       -- The file's name without its folders.
       max(confidence || ' from ' || replace(source, rtrim(source, replace(source, '/', '')), '') || coalesce(':' || line, '')) AS told_by
FROM told
WHERE (cluster, node, chain_id) IN (SELECT cluster, node, chain_id FROM counting)
GROUP BY cluster, node, chain_id)"},
    {"link", R"(
SELECT s.cluster, s.node, s.chain_id, p.position, p.sha256, c.subject, c.issuer, c.self_signed,
       max(p.position) OVER (PARTITION BY s.cluster, s.node, s.chain_id) AS last_position
FROM standing AS s
JOIN chain AS p ON p.chain_id = s.chain_id
JOIN certificate AS c ON c.sha256 = p.sha256)"},
    {"root", R"(
SELECT DISTINCT e.set_id, c.subject, c.sha256
FROM trust_set AS e
JOIN certificate AS c ON c.sha256 = e.sha256
WHERE e.kind = 'ca' AND c.self_signed
  AND c.subject IN (SELECT issuer FROM link WHERE position = last_position AND NOT self_signed))"},
    {"held", R"(
SELECT DISTINCT s.cluster, s.node, root.subject, root.sha256
FROM root
JOIN newest_store AS s ON s.set_id = root.set_id
WHERE s.site IN (?1, ''))"},
    {"part", R"(
SELECT cluster, node, chain_id, position, sha256, subject FROM link
UNION
SELECT l.cluster, l.node, l.chain_id, l.position + 1, h.sha256, h.subject
FROM link AS l
JOIN held AS h ON h.cluster = l.cluster AND h.node = l.node AND h.subject = l.issuer
WHERE l.position = l.last_position AND NOT l.self_signed
UNION
SELECT l.cluster, l.node, l.chain_id, l.position + 1, h.sha256, h.subject
FROM link AS l
JOIN held AS h ON h.cluster = l.cluster AND h.node = '' AND h.subject = l.issuer
WHERE l.position = l.last_position AND NOT l.self_signed)"},
    // Of an authority that was shown, the certificate that was shown counts, by whatever one it is told.
    {"known_otherwise", R"(
SELECT cluster, node, sha256 FROM shown_certificate
UNION
SELECT cluster, node, sha256 FROM part
WHERE position > 0 AND (cluster, node, subject) IN (SELECT cluster, node, subject FROM shown_certificate WHERE NOT is_leaf)
UNION
SELECT cluster, node, sha256 FROM part
WHERE node = '' AND (cluster, sha256) IN (SELECT cluster, sha256 FROM part WHERE node <> ''))"},
    {"unseen", R"(
SELECT cluster, node, sha256 FROM part
EXCEPT
SELECT cluster, node, sha256 FROM known_otherwise)"},
};

constexpr const char* kKeep = R"(
INSERT INTO told_certificate
SELECT ?1, cluster, node, chain_id, position, sha256, product, CAST(substr(port, 1, 5) AS INTEGER), nullif(substr(port, 7), ''),
       as_client, protocols, places, confidence, told_by
FROM (SELECT p.*, q.product, s.as_client, s.protocols, s.places, s.confidence, s.told_by,
             min(s.first_port) OVER (PARTITION BY p.cluster, p.node, p.sha256) AS port
      FROM part AS p
      JOIN standing AS s ON s.cluster = p.cluster AND s.node = p.node AND s.chain_id = p.chain_id
      LEFT JOIN product AS q ON q.cluster = p.cluster
      WHERE (p.cluster, p.node, p.sha256) IN (SELECT cluster, node, sha256 FROM unseen)))";

}  // namespace

void keep_told_certificates(SQLite::Database& database, const std::string& run_id, const std::string& site) {
  RowInsert(database, "DELETE FROM told_certificate WHERE run_id = ?").run(run_id);
  if (!SQLite::Statement(database, "SELECT 1 FROM declared_chain").executeStep()) return;  // Nobody told of any.
  for (const Step& step : kSteps) {
    SQLite::Statement make(database, fmt::format("CREATE TEMP TABLE {} AS {}", step.name, step.sql));
    if (make.getBindParameterCount() > 0) make.bind(1, site);
    make.exec();
  }
  RowInsert(database, kKeep).run(run_id);
  for (const Step& step : kSteps) database.exec(fmt::format("DROP TABLE temp.{}", step.name));
}

}  // namespace ucready::db
