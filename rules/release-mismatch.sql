-- id: release-mismatch
-- severity: medium
-- title: Two systems that belong together run or reach different releases
-- remedy: Bring both to the same release in the same window: CUCM and its IM and Presence, Expressway-E and Expressway-C, the nodes
--   of a cluster. Only a centralised IM and Presence may differ from CUCM.
-- CMP, T13 (CUCM and IM and Presence), XUP (Expressway: for MRA both must run the same version). Systems belong together where a hop
-- joins them. A respin's letter counts as the release before it. Build numbers of two products do not compare, nor do two spellings.
WITH system AS MATERIALIZED (
  SELECT cluster, product, release, target,
         CASE WHEN release GLOB '*.*.*.*' THEN NULL ELSE rtrim(release, 'abcdefghijklmnopqrstuvwxyz') END AS runs,
         CASE WHEN coalesce(target, release) GLOB '*.*.*.*' THEN NULL
              ELSE rtrim(coalesce(target, release), 'abcdefghijklmnopqrstuvwxyz') END AS ends
  FROM v_cluster
  WHERE run_id = :run_id AND product IN ('cucm', 'imp', 'expressway-c', 'expressway-e')
),
met AS (
  SELECT client, server FROM declared_hop WHERE run_id = :run_id
  UNION
  SELECT client, server FROM session_kind WHERE run_id = :run_id
),
joined AS MATERIALIZED (
  SELECT client AS one, server AS other FROM met
  UNION
  SELECT server, client FROM met
),
-- Each joined cluster with its own facts, by sorting: a join of the two has the square of the clusters for its cost.
known AS MATERIALIZED (
  SELECT cluster, other, max(product) OVER same AS product, max(release) OVER same AS release, max(target) OVER same AS target,
         max(runs) OVER same AS runs, max(ends) OVER same AS ends
  FROM (SELECT cluster, NULL AS other, product, release, target, runs, ends FROM system
        UNION ALL
        SELECT one, other, NULL, NULL, NULL, NULL, NULL FROM joined)
  WINDOW same AS (PARTITION BY cluster)
),
pair AS MATERIALIZED (
  SELECT first, second, max(release) FILTER (WHERE side = 1) AS first_release, max(release) FILTER (WHERE side = 2) AS second_release,
         max(runs) FILTER (WHERE side = 1) <> max(runs) FILTER (WHERE side = 2) AS differs_today,
         max(ends) FILTER (WHERE side = 1) <> max(ends) FILTER (WHERE side = 2) AS differs_then,
         max(coalesce(target, release)) FILTER (WHERE side = 1) AS first_end,
         max(coalesce(target, release)) FILTER (WHERE side = 2) AS second_end,
         max(product) FILTER (WHERE side = 1) AS first_product, max(product) FILTER (WHERE side = 2) AS second_product
  FROM (SELECT cluster AS first, other AS second, 1 AS side, * FROM known WHERE other IS NOT NULL AND product IN ('cucm', 'expressway-c')
        UNION ALL
        SELECT other, cluster, 2, * FROM known WHERE other IS NOT NULL AND product IN ('imp', 'expressway-e'))
  GROUP BY first, second
  HAVING (first_product, second_product) IN (VALUES ('cucm', 'imp'), ('expressway-c', 'expressway-e'))
)
SELECT first AS cluster, NULL AS node, first AS hop_client, second AS hop_server,
       CASE WHEN differs_then THEN NULL ELSE 'low' END AS severity,
       CASE WHEN differs_then THEN NULL ELSE 'Two systems that belong together run different releases until the upgrade' END AS title,
       format('%s runs %s, %s runs %s%s', first, first_release, second, second_release,
              CASE WHEN differs_then THEN format('; they end at %s and %s', first_end, second_end) ELSE '' END) AS evidence,
       'declared' AS confidence
FROM pair
WHERE differs_today OR differs_then
UNION ALL
-- 1 of 3 nodes that an upgrade left behind is the commonest cause of failures that come and go.
SELECT cluster, NULL, NULL, NULL, 'high', 'Nodes of one cluster run different releases',
       replace(group_concat(DISTINCT release || ' on ' || node), ',', ', '), 'declared'
FROM v_node
WHERE run_id = :run_id AND release <> ''
GROUP BY cluster
HAVING min(release) <> max(release) AND count(DISTINCT release GLOB '*.*.*.*') = 1
UNION ALL
-- What a node says of itself when it is asked (docs/identification.md) against what was declared of it.
SELECT told.cluster, told.node, NULL, NULL, NULL, 'A system says that it runs another release than was declared',
       format('it says %s (%s); declared is %s', told.value, told.source,
              coalesce((SELECT max(d.value) FROM v_setting AS d
                        WHERE d.run_id = :run_id AND d.cluster = told.cluster AND d.node = told.node AND d.name = 'release'
                          AND d.confidence IN ('declared', 'imported')),
                       (SELECT max(d.value) FROM v_setting AS d
                        WHERE d.run_id = :run_id AND d.cluster = told.cluster AND d.node = '' AND d.name = 'release'
                          AND d.confidence IN ('declared', 'imported')))),
       'observed'
FROM v_setting AS told
JOIN v_setting AS agrees ON agrees.run_id = :run_id AND agrees.cluster = told.cluster AND agrees.node = told.node
  AND agrees.source = told.source AND agrees.name = 'told_release_agrees' AND agrees.value = 'false'
WHERE told.run_id = :run_id AND told.name = 'told_release'
UNION ALL
SELECT told.cluster, told.node, NULL, NULL, NULL, 'An address answers as another product than was declared',
       format('it says it is %s (%s); declared is %s', replace(told.value, ',', ' or '), told.source, c.product), 'observed'
FROM v_setting AS told
JOIN v_cluster AS c ON c.run_id = :run_id AND c.cluster = told.cluster
WHERE told.run_id = :run_id AND told.name = 'told_product'
