-- id: websocket-forking-tls13
-- severity: medium
-- title: Media forking over WebSocket does not work with TLS 1.3
-- remedy: Keep that leg at TLS 1.2: set transport tcp tls v1.2 minimum under sip-ua, and bind the recorder's server to a voice class
--   tls-profile whose minimum is not 1.3.
-- CUBE configuration guide (CUB), the white paper's limitations. It bites once the release speaks TLS 1.3, and for certain where
-- 1.3 alone is spoken.
WITH forking AS MATERIALIZED (
  SELECT DISTINCT cluster FROM v_setting WHERE run_id = :run_id AND name = 'websocket_forking' AND value = 'true'
),
alone(cluster, wave, told) AS (
  SELECT cluster, 0, name || ' ' || value FROM v_setting
  WHERE run_id = :run_id AND (name, value) IN (VALUES ('transport_tls', 'v1.3'), ('tls_min', 'TLSv1.3'))
  UNION ALL
  SELECT cluster, wave, setting || ' ' || value || ' in wave ' || wave FROM v_order
  WHERE run_id = :run_id AND kind = 'set' AND (setting, value) IN (VALUES ('transport_tls', 'v1.3'), ('tls_min', 'TLSv1.3'))
)
SELECT f.cluster, min(a.wave) AS wave,
       CASE WHEN count(a.cluster) > 0 THEN 'high' END AS severity,
       'websocket_forking is true; '
         || CASE WHEN count(a.cluster) > 0 THEN 'TLS 1.3 alone: ' || group_concat(DISTINCT a.told)
                 ELSE 'the release or its target speaks TLS 1.3' END AS evidence,
       'declared' AS confidence
FROM forking AS f
LEFT JOIN alone AS a USING (cluster)
WHERE a.cluster IS NOT NULL
   OR f.cluster IN (SELECT cluster FROM v_setting
                    WHERE run_id = :run_id AND name IN ('release_has_tls13', 'target_has_tls13') AND value = 'true')
GROUP BY f.cluster
