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
  SELECT o.cluster, c.product, max(o.wave) AS wave
  FROM v_order AS o JOIN v_cluster AS c ON c.run_id = (SELECT run_id FROM told) AND c.cluster = o.cluster
  WHERE o.run_id = :run_id AND o.kind = 'upgrade'
  GROUP BY o.cluster
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
joined AS MATERIALIZED (
  SELECT client AS a, server AS b FROM hop UNION SELECT server, client FROM hop
)
SELECT e.cluster, NULL AS node, e.cluster AS hop_client, l.cluster AS hop_server, l.wave, 'order' AS subject, a.severity, NULL AS title,
       NULL AS remedy,
       format('%s; here %s is in wave %d and %s in wave %d', a.what, e.cluster, e.wave, l.cluster, l.wave) AS evidence,
       'declared' AS confidence
FROM advice AS a
JOIN step AS e ON e.product = a.earlier
JOIN step AS l ON l.product = a.later AND l.wave < e.wave
JOIN joined AS j ON j.a = e.cluster AND j.b = l.cluster
UNION ALL
-- A minimum that is raised while a peer is still to be upgraded.
SELECT o.cluster, NULL, o.cluster, u.cluster, o.wave, 'minimum', CASE WHEN o.value = 'TLSv1.3' THEN 'high' ELSE 'medium' END,
       'A minimum version is raised before a peer is upgraded',
       'Raise minimum versions in the last waves, after all hops are proven, and on CUCM and IM and Presence alike.',
       format('%s gets tls_min %s in wave %d, %s is upgraded in wave %d', o.cluster, o.value, o.wave, u.cluster, u.wave), 'declared'
FROM v_order AS o
JOIN joined AS j ON j.a = o.cluster
JOIN step AS u ON u.cluster = j.b AND u.wave > o.wave
WHERE o.run_id = :run_id AND o.kind = 'set' AND o.setting = 'tls_min' AND o.value IN ('TLSv1.2', 'TLSv1.3')
UNION ALL
-- Publisher first: a subscriber is at the target already, and its publisher is not.
SELECT s.cluster, s.node, NULL, NULL, NULL, 'publisher', 'high', 'A subscriber was upgraded before its publisher',
       'Upgrade the publisher first, then its subscribers, and switch versions in the same order.',
       format('subscriber %s runs %s, publisher %s runs %s', s.node, s.release, p.node, p.release), 'declared'
FROM v_node AS p
JOIN v_node AS s ON s.run_id = p.run_id AND s.cluster = p.cluster AND coalesce(s.role, '') <> 'publisher'
JOIN v_cluster AS c ON c.run_id = p.run_id AND c.cluster = p.cluster
WHERE p.run_id = :run_id AND p.role = 'publisher' AND s.release = c.target AND p.release <> c.target
