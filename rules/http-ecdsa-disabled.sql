-- id: http-ecdsa-disabled
-- severity: low
-- title: HTTPS shows its ECDSA certificate no longer after the upgrade
-- remedy: Nothing has to be done where every client takes RSA. Else set the enterprise parameter HTTPS Ciphers to All Supported EC and
--   RSA Ciphers right after the upgrade; before one by fresh install with data import, already before it.
-- From 15SU2 the default RSA Ciphers Only loads the RSA certificate alone, for TLS 1.2 and 1.3; before, Cipher Management won over
-- it. A direct upgrade turns the parameter by itself where only EC ciphers were set, a data import does not (T13, CUC).
WITH upgraded AS MATERIALIZED (
  SELECT cluster, product, target FROM v_cluster AS c
  WHERE run_id = :run_id AND product IN ('cucm', 'imp', 'cuc') AND target <> ''
    AND cluster IN (SELECT cluster FROM v_setting WHERE run_id = :run_id AND name = 'target_has_tls13' AND value = 'true')
    AND cluster IN (SELECT cluster FROM v_setting WHERE run_id = :run_id AND name = 'release_has_tls13' AND value = 'false')
    AND cluster NOT IN (SELECT cluster FROM v_setting WHERE run_id = :run_id AND name = 'http_certificates' AND value = 'rsa+ecdsa')
),
shown AS (
  SELECT i.cluster, i.node, i.port, max(i.key_type = 'ecdsa') AS ecdsa, max(i.key_type <> 'ecdsa') AS other
  FROM v_interface_certificate AS i
  WHERE i.run_id = :run_id AND i.protocol = 'https' AND i.position = 0 AND i.cluster IN (SELECT cluster FROM upgraded)
  GROUP BY i.cluster, i.node, i.port
),
-- With one hello a version the other kind was not asked for.
asked AS (SELECT arguments NOT LIKE '%versions%' AS both FROM v_run WHERE run_id = :run_id)
SELECT s.cluster, CASE WHEN min(s.other) = 0 AND both THEN 'high' END AS severity,
       CASE WHEN min(s.other) = 0 AND both THEN 'HTTPS shows an ECDSA certificate alone, and the upgrade takes it away' END AS title,
       format('target %s; %d HTTPS interfaces show an ECDSA certificate, %d of them no other: %s:%d%s', u.target, count(*),
              sum(s.other = 0), min(s.node), min(s.port), CASE WHEN count(*) > 1 THEN ' and others' ELSE '' END) AS evidence,
       'observed' AS confidence
FROM shown AS s
JOIN upgraded AS u USING (cluster)
JOIN asked
WHERE s.ecdsa
GROUP BY s.cluster
