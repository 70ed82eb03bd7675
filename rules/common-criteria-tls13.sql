-- id: common-criteria-tls13
-- severity: low
-- title: Common Criteria mode ends at TLS 1.2
-- remedy: Leave the minimum of every peer at 1.2 while Common Criteria mode is on (utils fips_common_criteria status), whatever the
--   release could do.
-- Cisco's TLS 1.3 guide (T13), the white paper's limitations. One finding a cluster: the mode is the cause, its peers the evidence.
WITH strict AS MATERIALIZED (
  SELECT DISTINCT cluster FROM v_setting
  WHERE run_id = :run_id AND name = 'common_criteria' AND value = 'true'
    AND cluster IN (SELECT cluster FROM v_setting
                    WHERE run_id = :run_id AND name IN ('release_has_tls13', 'target_has_tls13') AND value = 'true')
),
peer AS (
  SELECT client AS cluster, server AS peer, port, NULL AS service FROM v_hop WHERE run_id = :run_id AND client IN strict
  UNION
  SELECT server, client, NULL, client_service FROM v_hop WHERE run_id = :run_id AND server IN strict
),
raised AS (
  SELECT cluster, service, port, 0 AS wave FROM v_setting WHERE run_id = :run_id AND name = 'tls_min' AND value = 'TLSv1.3'
  UNION ALL
  SELECT cluster, NULL, NULL, 0 FROM v_setting WHERE run_id = :run_id AND name = 'transport_tls' AND value = 'v1.3'
  UNION ALL
  SELECT cluster, NULL, NULL, wave FROM v_order
  WHERE run_id = :run_id AND kind = 'set' AND (setting, value) IN (VALUES ('tls_min', 'TLSv1.3'), ('transport_tls', 'v1.3'))
),
shut AS MATERIALIZED (
  SELECT p.cluster, p.peer, min(r.wave) AS wave
  FROM peer AS p JOIN raised AS r ON r.cluster = p.peer AND (r.port IS NULL OR r.port = p.port)
    AND (r.service IS NULL OR r.service = p.service)
  GROUP BY p.cluster, p.peer
)
SELECT s.cluster, min(p.wave) AS wave,
       CASE WHEN count(p.peer) > 0 THEN 'high' END AS severity,
       CASE WHEN count(p.peer) > 0 THEN 'Peers with a minimum of TLS 1.3 cannot reach a cluster in Common Criteria mode' END AS title,
       CASE WHEN count(p.peer) > 0
            THEN 'common_criteria is true; TLSv1.3 is the minimum of '
                 || group_concat(p.peer || CASE p.wave WHEN 0 THEN ' today' ELSE ' from wave ' || p.wave END, ', ')
            ELSE 'common_criteria is true; no peer''s minimum is TLSv1.3 today or in the order' END AS evidence,
       'declared' AS confidence
FROM strict AS s
LEFT JOIN shut AS p USING (cluster)
GROUP BY s.cluster
