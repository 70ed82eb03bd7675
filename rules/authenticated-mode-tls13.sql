-- id: authenticated-mode-tls13
-- severity: low
-- title: Authenticated mode holds this connection below TLS 1.3
-- remedy: Set device security mode Encrypted in the phone or SIP trunk security profile (it resets the device or trunk) before
--   any minimum is raised to TLS 1.3. Until then leave the minimum of both ends at 1.2 or below: they fall back to it.
-- Authenticated mode is a NULL suite, and TLS 1.3 has none: with a minimum of 1.3 the phone does not register, the trunk stays
-- down (Cisco's TLS 1.3 guide, T13; TLS Setup chapter).
WITH hop AS MATERIALIZED (
  SELECT client, server, port, max(protocol) AS protocol, max(client_service) AS client_service,
         max(source) AS source
  FROM declared_hop WHERE run_id = :run_id AND security = 'authenticated'
  GROUP BY client, server, port
),
raised AS (
  SELECT cluster, service, port, 0 AS wave, source || coalesce(':' || line, '') AS told
  FROM v_setting WHERE run_id = :run_id AND name = 'tls_min' AND value = 'TLSv1.3'
  UNION ALL
  SELECT cluster, NULL, NULL, wave, 'the order'
  FROM v_order WHERE run_id = :run_id AND kind = 'set' AND setting = 'tls_min' AND value = 'TLSv1.3'
),
able AS (
  SELECT cluster FROM v_setting
  WHERE run_id = :run_id AND name IN ('release_has_tls13', 'target_has_tls13') AND value = 'true'
)
SELECT h.client AS hop_client, h.server || ':' || h.port AS hop_server, h.port, h.protocol, min(r.wave) AS wave,
       CASE WHEN count(r.cluster) > 0 THEN 'high' END AS severity,
       CASE WHEN count(r.cluster) > 0 THEN 'A minimum of TLS 1.3 shuts out this connection in authenticated mode' END AS title,
       CASE WHEN count(r.cluster) > 0
            THEN format('security authenticated (%s); tls_min TLSv1.3 of %s', h.source,
                        group_concat(DISTINCT r.cluster || ' (' || r.told || ')'))
            ELSE format('security authenticated (%s); TLS 1.3 is in reach of %s', h.source, h.server) END AS evidence,
       'declared' AS confidence
FROM hop AS h
LEFT JOIN raised AS r
  ON r.cluster = h.server AND r.service IS NULL AND (r.port IS NULL OR r.port = h.port)
     OR r.cluster = h.client AND r.port IS NULL AND (r.service IS NULL OR r.service = h.client_service)
WHERE r.cluster IS NOT NULL OR h.server IN able
GROUP BY h.client, h.server, h.port
