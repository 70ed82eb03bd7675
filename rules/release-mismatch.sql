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
joined AS MATERIALIZED (
  SELECT client, server FROM declared_hop WHERE run_id = :run_id
  UNION
  SELECT client, server FROM session_kind
  WHERE run_id = :run_id AND client IN (SELECT cluster FROM system) AND server IN (SELECT cluster FROM system)
),
pair AS MATERIALIZED (
  SELECT a.cluster AS first, b.cluster AS second, a.release AS first_release, b.release AS second_release,
         a.runs <> b.runs AS differs_today, a.ends <> b.ends AS differs_then,
         coalesce(a.target, a.release) AS first_end, coalesce(b.target, b.release) AS second_end
  FROM system AS a
  JOIN system AS b ON (a.product, b.product) IN (VALUES ('cucm', 'imp'), ('expressway-c', 'expressway-e'))
  WHERE EXISTS (SELECT 1 FROM joined WHERE (client, server) IN (VALUES (a.cluster, b.cluster), (b.cluster, a.cluster)))
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
