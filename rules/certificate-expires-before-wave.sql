-- id: certificate-expires-before-wave
-- severity: high
-- title: Certificate expires before the upgrade is through
-- remedy: Renew it before the first window, with the same key type, CA and key usages as today, so that no certificate
--   changes between two waves; then scan again.
-- The finding names the first wave that would start with an expired certificate.
WITH first_wave AS (
  SELECT c.site, c.cluster, c.node, c.address, c.port, c.protocol, c.sha256, c.subject, c.issuer, c.not_after, c.self_signed,
         c.position, o.wave, o.date,
         dense_rank() OVER (PARTITION BY c.site, c.cluster, c.node, c.address, c.sha256 ORDER BY o.wave) AS choice
  FROM v_interface_certificate AS c
  JOIN (SELECT DISTINCT wave, date FROM v_order WHERE run_id = :run_id AND date <> '') AS o
    ON substr(c.not_after, 1, 10) <= substr(o.date, 1, 10)
  WHERE c.run_id = :run_id AND c.not_after >= :now AND EXISTS (SELECT 1 FROM v_order WHERE run_id = :run_id AND date <> '')
)
SELECT site, cluster, node, address, min(port) AS first_port, substr(min(format('%05d %s', port, protocol)), 7) AS first_protocol,
       sha256 AS subject, wave,
       format('expires on %.10s, in %d days; wave %d is on %.10s; %s %!.160s; issuer %!.160s; sha256 %.16s; seen on %s', not_after,
              julianday(not_after) - julianday(:now), wave, date,
              CASE WHEN min(position) = 0 THEN 'leaf' WHEN self_signed THEN 'root' ELSE 'intermediate' END, subject, issuer, sha256,
              replace(group_concat(DISTINCT port || ' ' || protocol), ',', ', ')) AS evidence,
       'observed' AS confidence
FROM (SELECT * FROM first_wave WHERE choice = 1 ORDER BY port, protocol)
GROUP BY site, cluster, node, address, sha256
