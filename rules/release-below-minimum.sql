-- id: release-below-minimum
-- severity: low
-- title: Stays below the first release with TLS 1.3
-- remedy: Raise its release ('ucready catalogue PRODUCT' names the first one with TLS 1.3), or keep the minimum of every peer at what
--   it speaks: while it is there, no minimum of TLS 1.3 is possible on its connections.
-- Compatibility matrix of Oct 2024 (MTX), the products' guides (T13, XAG, CUB), by the catalogue. Separate causes: the upgrade path is
-- not offered (CMP: to 15 directly from 12.5 and 14, not from 14SU4 to 15 and 15SU1, CSCwi85184; Expressway in stops over X14).
WITH system AS MATERIALIZED (
  SELECT c.cluster, c.product, c.release, c.target, coalesce(c.count, 0) AS many,
         (SELECT max(s.value) FROM v_setting AS s WHERE s.run_id = :run_id AND s.cluster = c.cluster AND s.name = 'via') AS via,
         (SELECT max(s.value) FROM v_setting AS s
          WHERE s.run_id = :run_id AND s.cluster = c.cluster AND s.node = '' AND s.name = 'target_has_tls13') AS target_able,
         (SELECT max(s.value) FROM v_setting AS s
          WHERE s.run_id = :run_id AND s.cluster = c.cluster AND s.node = '' AND s.name = 'release_has_tls13') AS release_able
  FROM v_cluster AS c WHERE c.run_id = :run_id
)
SELECT cluster, 'tls13' AS subject, CASE WHEN target <> '' THEN 'medium' END AS severity,
       CASE WHEN target <> '' THEN 'The target is below the first release with TLS 1.3' END AS title, NULL AS remedy,
       format('%s%s%s', CASE WHEN target <> '' THEN 'target ' || target ELSE 'release ' || release || ', no target' END,
              CASE WHEN many > 0 THEN format(', %d of them', many) ELSE '' END, ' (' || product || ')') AS evidence,
       'assumed' AS confidence
FROM system
WHERE target <> '' AND target_able = 'false' OR coalesce(target, '') = '' AND release_able = 'false'
UNION ALL
SELECT cluster, 'path', 'high', 'There is no direct upgrade from this release to the target',
       CASE WHEN product IN ('cucm', 'imp')
            THEN 'Go to 12.5 or 14 first and write it under via, or migrate with PCD 15 or a fresh install with data import.'
            ELSE 'Go to X14 first and write it under via: certificates and cipher order change at that stop.' END,
       format('release %s, target %s, no stop under via', release, target), 'declared'
FROM system
WHERE coalesce(via, '') = ''
  AND (product IN ('cucm', 'imp') AND target GLOB '15*'
         AND (release GLOB '[89].*' OR release GLOB '1[01].*' OR release GLOB '12.0*' OR release GLOB '14SU4*'
                AND (target IN ('15', '15SU1') OR target GLOB '15SU1[a-z]'))
       OR product IN ('expressway-c', 'expressway-e') AND target GLOB '[Xx]15*'
         AND (release GLOB '[Xx][89]*' OR release GLOB '[Xx]1[0-3]*'))
