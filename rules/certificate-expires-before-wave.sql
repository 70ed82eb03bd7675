-- id: certificate-expires-before-wave
-- severity: high
-- title: Certificate expires before the upgrade is through
-- remedy: Renew it before the first window, with the same key type, CA and key usages as today, so that no certificate
--   changes between two waves; then scan again.
-- The finding names the first wave that would start with an expired certificate.
-- Waves are those of the run, or of the site's newest run that was told of clusters: an import has none.
WITH dated AS MATERIALIZED (
  SELECT DISTINCT wave, date FROM v_order
  WHERE date <> '' AND run_id = CASE
    WHEN EXISTS (SELECT 1 FROM order_step WHERE run_id = :run_id) THEN :run_id
    ELSE (SELECT max(r.run_id) FROM run AS r
          WHERE r.site = :site AND r.kind <> 'import' AND EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = r.run_id AND f.name = 'product'))
    END
),
used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND not_after >= :now AND substr(not_after, 1, 10) <= (SELECT max(substr(date, 1, 10)) FROM dated)
    AND EXISTS (SELECT 1 FROM dated)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, wave, told, confidence,
       format('expires on %.10s, wave %d is on %.10s; %s %!.160s; issuer %!.160s; sha256 %.16s%s', not_after, wave, date,
              CASE WHEN position = 0 THEN 'leaf' WHEN self_signed THEN 'root' ELSE 'intermediate' END, subject, issuer, sha256,
              CASE WHEN told THEN '; no scan saw it, ' || witness ELSE '' END) AS evidence
FROM (SELECT c.*, o.wave, o.date,
             row_number() OVER (PARTITION BY c.site, c.cluster, c.node, c.address, c.port, c.protocol, c.sha256
                                ORDER BY o.wave, c.position, c.confidence DESC) AS choice
      FROM used AS c
      JOIN dated AS o ON substr(c.not_after, 1, 10) <= substr(o.date, 1, 10))
WHERE choice = 1
