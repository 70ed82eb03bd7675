-- id: order-violates-recommendation
-- severity: medium
-- title: The order of the upgrade is not the recommended one
-- remedy: Put the steps in the recommended order: edge first and there E before C, then CER and Unity Connection, then CUCM and after
--   it IM and Presence, minimum versions last. Where another order is meant, ask 'ucready plan' which connections it breaks.
-- White paper, use case 2; XUP (E cluster first, then C); CMP (CUCM before IM and Presence, publisher before subscribers); OVR (any order
-- is possible where versions allow). Only systems that a hop joins are compared, by the wave of their last upgrade.
WITH told AS MATERIALIZED (  -- A plan made from the database alone has its order, and the facts are an older run's.
  SELECT max(f.run_id) AS run_id FROM fact AS f JOIN run AS r USING (run_id)
  WHERE f.name = 'product' AND f.run_id <= :run_id AND r.site = :site
),
step AS MATERIALIZED (
  SELECT cluster, max(product) AS product, max(wave) AS wave, min(raised) AS raised, max(value) AS value
  FROM (SELECT cluster, product, NULL AS wave, NULL AS raised, NULL AS value FROM v_cluster WHERE run_id = (SELECT run_id FROM told)
        UNION ALL
        SELECT cluster, NULL, wave, NULL, NULL FROM v_order WHERE run_id = :run_id AND kind = 'upgrade'
        UNION ALL
        SELECT cluster, NULL, NULL, min(wave), value FROM v_order
        WHERE run_id = :run_id AND kind = 'set' AND setting = 'tls_min' AND value IN ('TLSv1.2', 'TLSv1.3')
        GROUP BY cluster)
  GROUP BY cluster
  HAVING max(product) IS NOT NULL AND (max(wave) IS NOT NULL OR min(raised) IS NOT NULL)
),
advice(earlier, later, severity, what) AS (
  VALUES ('expressway-e', 'expressway-c', 'medium', 'Expressway-E is upgraded before Expressway-C'),
         ('cucm', 'imp', 'medium', 'CUCM is upgraded before IM and Presence'),
         ('expressway-c', 'cucm', 'low', 'the edge is upgraded before call control'),
         ('expressway-e', 'cucm', 'low', 'the edge is upgraded before call control'),
         ('cube', 'cucm', 'low', 'the edge is upgraded before call control'),
         ('ios-gateway', 'cucm', 'low', 'the edge is upgraded before call control'),
         ('expressway-c', 'imp', 'low', 'the edge is upgraded before presence'),
         ('cuc', 'cucm', 'low', 'Unity Connection is upgraded before call control'),
         ('cer', 'cucm', 'low', 'Emergency Responder is upgraded before call control')
),
hop AS MATERIALIZED (
  SELECT client, server FROM declared_hop WHERE run_id = (SELECT run_id FROM told)
  UNION
  SELECT client, server FROM session_kind
  WHERE run_id = (SELECT run_id FROM told) AND EXISTS (SELECT 1 FROM step)
    AND client IN (SELECT cluster FROM step UNION SELECT cluster FROM v_order WHERE run_id = :run_id)
),
side(n) AS (VALUES (1), (2)),  -- What is needed both ways round is asked for once: SQLite compiles it for each time it is named.
joined AS MATERIALIZED (
  SELECT DISTINCT iif(n = 1, client, server) AS a, iif(n = 1, server, client) AS b FROM hop CROSS JOIN side
),
-- Each joined cluster with its own step, by sorting: a join of the two has the square of the clusters for its cost.
known AS MATERIALIZED (
  SELECT a, b, max(product) OVER same AS product, max(wave) OVER same AS wave, max(raised) OVER same AS raised,
         max(value) OVER same AS value
  FROM (SELECT cluster AS a, NULL AS b, product, wave, raised, value FROM step
        UNION ALL
        SELECT a, b, NULL, NULL, NULL, NULL FROM joined)
  WINDOW same AS (PARTITION BY a)
),
pair AS MATERIALIZED (
  SELECT a, b, max(product) FILTER (WHERE side = 1) AS a_product, max(wave) FILTER (WHERE side = 1) AS a_wave,
         max(raised) FILTER (WHERE side = 1) AS a_raised, max(value) FILTER (WHERE side = 1) AS a_value,
         max(product) FILTER (WHERE side = 2) AS b_product, max(wave) FILTER (WHERE side = 2) AS b_wave
  FROM (SELECT n AS side, iif(n = 1, k.a, k.b) AS a, iif(n = 1, k.b, k.a) AS b, product, wave, raised, value
        FROM known AS k CROSS JOIN side WHERE k.b IS NOT NULL)
  GROUP BY a, b
  HAVING b_wave IS NOT NULL AND (a_wave > b_wave OR a_raised < b_wave)
)
SELECT p.a AS cluster, NULL AS node, p.a AS hop_client, p.b AS hop_server, p.b_wave AS wave, 'order' AS subject, a.severity,
       NULL AS title, NULL AS remedy,
       format('%s; here %s is in wave %d and %s in wave %d', a.what, p.a, p.a_wave, p.b, p.b_wave) AS evidence,
       'declared' AS confidence
FROM pair AS p
JOIN advice AS a ON a.earlier = p.a_product AND a.later = p.b_product
WHERE p.a_wave > p.b_wave
UNION ALL
-- A minimum that is raised while a peer is still to be upgraded.
SELECT a, NULL, a, b, a_raised, 'minimum', CASE WHEN a_value = 'TLSv1.3' THEN 'high' ELSE 'medium' END,
       'A minimum version is raised before a peer is upgraded',
       'Raise minimum versions in the last waves, after all hops are proven, and on CUCM and IM and Presence alike.',
       format('%s gets tls_min %s in wave %d, %s is upgraded in wave %d', a, a_value, a_raised, b, b_wave), 'declared'
FROM pair
WHERE a_raised < b_wave
UNION ALL
-- Publisher first: a subscriber is at the target already, and its publisher is not.
SELECT s.cluster, s.node, NULL, NULL, NULL, 'publisher', 'high', 'A subscriber was upgraded before its publisher',
       'Upgrade the publisher first, then its subscribers, and switch versions in the same order.',
       format('subscriber %s runs %s, publisher %s runs %s', s.node, s.release, p.node, p.release), 'declared'
FROM v_node AS p
JOIN v_node AS s ON s.run_id = p.run_id AND s.cluster = p.cluster AND coalesce(s.role, '') <> 'publisher'
JOIN v_cluster AS c ON c.run_id = p.run_id AND c.cluster = p.cluster
WHERE p.run_id = :run_id AND p.role = 'publisher' AND s.release = c.target AND p.release <> c.target
