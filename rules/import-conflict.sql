-- id: import-conflict
-- severity: medium
-- title: Two sources tell different things of the same system
-- remedy: Find out which is right: export it again, mend the site file, or leave out the older export. Until then the plan takes
--   what the system itself says before what is declared, and of two exports the one that was read last.
-- Of an import's own exports, and of these against what the site's newest other run with facts declares.
WITH declared AS MATERIALIZED (
  SELECT max(r.run_id) AS run_id FROM run AS r
  WHERE r.kind <> 'import' AND r.site = :site AND EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = r.run_id AND f.name = 'product')
),
told AS MATERIALIZED (
  SELECT cluster, node, service, port, name, value, source, line FROM fact
  WHERE run_id = :run_id AND confidence = 'imported'
),
about AS MATERIALIZED (SELECT DISTINCT cluster, node, service, port, name FROM told),
all_told AS (
  SELECT * FROM told
  UNION ALL
  SELECT d.cluster, d.node, d.service, d.port, d.name, d.value, d.source, d.line
  FROM about AS a
  CROSS JOIN fact AS d ON d.run_id = (SELECT run_id FROM declared) AND d.cluster = a.cluster AND d.node = a.node AND d.service = a.service
    AND d.port = a.port AND d.name = a.name AND d.confidence = 'declared'
)
SELECT cluster, node, nullif(port, 0) AS port, name AS subject,
       format('%s%s: %s', CASE service WHEN '' THEN '' ELSE service || ' ' END, name,
              group_concat(format('%s (%s%s)', value, source, CASE WHEN line IS NULL THEN '' ELSE ':' || line END), ', ')) AS evidence,
       'imported' AS confidence
FROM (SELECT DISTINCT cluster, node, service, port, name, value, min(source) AS source, min(line) AS line FROM all_told
      GROUP BY cluster, node, service, port, name, value ORDER BY source)
GROUP BY cluster, node, service, port, name
HAVING min(value) <> max(value)
