-- id: cube-ecdsa-tls10
-- severity: medium
-- title: CUBE has no ECDSA suites at TLS 1.0
-- remedy: Let it speak TLS 1.2 (transport tcp tls v1.2 minimum under sip-ua) once its peers do, or give it an RSA trustpoint and
--   RSA suites for the peers that end at 1.0.
-- CUBE configuration guide (CUB), the white paper's limitations. With an ECDSA certificate alone, or ECDSA suites alone, a peer that
-- ends at TLS 1.0 has nothing in common with it.
WITH cube AS MATERIALIZED (
  SELECT cluster FROM v_cluster WHERE run_id = :run_id AND product = 'cube'
),
old(cluster, told, only) AS (
  SELECT cluster, name || ' ' || value, name = 'transport_tls' OR name = 'tls_max' FROM v_setting
  WHERE run_id = :run_id AND cluster IN cube
    AND (name, value) IN (VALUES ('transport_tls', 'v1.0'), ('tls_min', 'TLSv1.0'), ('tls_max', 'TLSv1.0'))
  UNION ALL
  SELECT cluster, format('port %d accepts TLSv1.0', port), 0 FROM v_interface_version
  WHERE run_id = :run_id AND cluster IN cube AND version = 'TLSv1.0' AND outcome = 'accepted'
),
elliptic(cluster, told) AS (
  SELECT cluster, 'ciphers ' || substr(value, 1, 200) FROM v_setting
  WHERE run_id = :run_id AND cluster IN cube AND name = 'ciphers' AND value LIKE '%ECDSA%' AND value NOT LIKE '%RSA-%'
    AND value NOT LIKE '%\_RSA\_%' ESCAPE '\' AND value NOT LIKE '%AES128-SHA%' AND value NOT LIKE '%ALL%'
  UNION ALL
  SELECT cluster, format('port %d shows an ECDSA certificate alone (sha256 %.16s)', port, max(sha256)) FROM v_interface_certificate
  WHERE run_id = :run_id AND cluster IN cube AND position = 0
  GROUP BY cluster, node, port HAVING min(key_type) = 'ecdsa' AND max(key_type) = 'ecdsa'
)
SELECT o.cluster, CASE WHEN max(o.only) THEN 'high' END AS severity,
       CASE WHEN max(o.only) THEN 'CUBE speaks TLS 1.0 alone and has ECDSA alone: nothing can connect' END AS title,
       group_concat(DISTINCT o.told) || '; ' || group_concat(DISTINCT e.told) AS evidence,
       'declared' AS confidence
FROM old AS o
JOIN elliptic AS e USING (cluster)
GROUP BY o.cluster
