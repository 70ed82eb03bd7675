-- The cluster's release was looked for among all facts of all runs for each node; a site of ten thousand nodes took minutes.
DROP VIEW v_node;

CREATE VIEW v_node AS
SELECT f.run_id, r.site, f.cluster, f.node,
       max(f.value) FILTER (WHERE f.name = 'address') AS address,
       max(f.value) FILTER (WHERE f.name = 'role') AS role,
       coalesce(max(f.value) FILTER (WHERE f.name = 'release'),
                (SELECT c.value FROM fact AS c
                 WHERE c.run_id = f.run_id AND c.cluster = f.cluster AND c.node = '' AND c.service = '' AND c.port = 0
                   AND c.name = 'release'
                 ORDER BY CASE c.confidence WHEN 'observed' THEN 4 WHEN 'imported' THEN 3 WHEN 'declared' THEN 2 WHEN 'assumed' THEN 1
                          ELSE 0 END DESC, c.n DESC
                 LIMIT 1)) AS release
FROM effective_fact AS f
JOIN run AS r ON r.run_id = f.run_id
WHERE f.node <> '' AND f.service = '' AND f.port = 0
GROUP BY f.run_id, f.cluster, f.node;
