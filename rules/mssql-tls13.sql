-- id: mssql-tls13
-- severity: low
-- title: IM and Presence 15SU2 reaches Microsoft SQL Server up to TLS 1.2 only
-- remedy: Keep the minimum of IM and Presence, and of the database, at 1.2 or below while it runs 15SU2, or go to 15SU3 or later,
--   which speaks TLS 1.3 to Microsoft SQL Server.
-- External databases of IM and Presence (T13). A database that accepts TLS 1.3 alone is out of reach as well.
WITH imp AS MATERIALIZED (
  SELECT c.cluster,
         coalesce(c.target, c.release) AS ends_at,
         ',' || coalesce(c.release, '') || ',' || coalesce((SELECT max(s.value) FROM v_setting AS s
                                                            WHERE s.run_id = :run_id AND s.cluster = c.cluster AND s.name = 'via'), '')
             || ',' || coalesce(c.target, '') || ',' AS stops
  FROM v_cluster AS c WHERE c.run_id = :run_id AND c.product = 'imp'
),
limited AS (
  SELECT cluster, ends_at GLOB '15SU2' OR ends_at GLOB '15SU2[a-z]' OR ends_at GLOB '15.0.1.129[0-9][0-9]*' AS stays
  FROM imp
  WHERE stops GLOB '*,15SU2,*' OR stops GLOB '*,15SU2[a-z],*' OR stops GLOB '*,15.0.1.129[0-9][0-9]*'
),
hop AS MATERIALIZED (
  SELECT h.client, h.server, h.port, max(h.protocol) AS protocol, l.stays
  FROM v_hop AS h JOIN limited AS l ON l.cluster = h.client
  WHERE h.run_id = :run_id AND coalesce(h.security, '') <> 'nonsecure'
    AND (h.protocol = 'tds' OR h.server IN (SELECT cluster FROM v_setting
                                            WHERE run_id = :run_id AND name = 'engine' AND value = 'mssql'))
  GROUP BY h.client, h.server, h.port
),
raised AS (
  SELECT cluster, port, 0 AS wave, source || coalesce(':' || line, '') AS told
  FROM v_setting WHERE run_id = :run_id AND name = 'tls_min' AND value = 'TLSv1.3' AND service IS NULL
  UNION ALL
  SELECT cluster, NULL, wave, 'the order'
  FROM v_order WHERE run_id = :run_id AND kind = 'set' AND setting = 'tls_min' AND value = 'TLSv1.3'
  UNION ALL
  SELECT cluster, port, 0, 'the scan: it accepts TLSv1.3 alone'
  FROM v_interface_version WHERE run_id = :run_id AND outcome = 'accepted'
  GROUP BY cluster, node, port HAVING min(version) = 'TLSv1.3'
)
SELECT h.client AS hop_client, h.server || ':' || h.port AS hop_server, h.port, h.protocol, min(r.wave) AS wave,
       CASE WHEN count(r.cluster) > 0 THEN 'high' END AS severity,
       CASE WHEN count(r.cluster) > 0 THEN 'A minimum of TLS 1.3 cuts IM and Presence 15SU2 off from Microsoft SQL Server' END AS title,
       format('%s passes or stays at 15SU2%s', h.client,
              CASE WHEN count(r.cluster) > 0
                   THEN '; minimum TLSv1.3 of ' || group_concat(DISTINCT r.cluster || ' (' || r.told || ')') ELSE '' END) AS evidence,
       'declared' AS confidence
FROM hop AS h
LEFT JOIN raised AS r ON h.stays AND (r.cluster = h.client AND r.port IS NULL OR r.cluster = h.server AND coalesce(r.port, h.port) = h.port)
GROUP BY h.client, h.server, h.port
