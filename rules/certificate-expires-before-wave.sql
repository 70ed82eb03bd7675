-- id: certificate-expires-before-wave
-- severity: high
-- title: Certificate expires before the upgrade is through
-- remedy: Renew it before the first window, with the same key type, CA and key usages as today, so that no certificate
--   changes between two waves; then scan again.
-- The finding names the first wave that would start with an expired certificate.
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, wave,
       format('expires on %.10s, wave %d is on %.10s; %s %!.160s; issuer %!.160s; sha256 %.16s', not_after, wave, date,
              CASE WHEN position = 0 THEN 'leaf' WHEN self_signed THEN 'root' ELSE 'intermediate' END, subject, issuer, sha256) AS evidence,
       'observed' AS confidence
FROM (SELECT c.site, c.cluster, c.node, c.address, c.port, c.protocol, c.sha256, c.subject, c.issuer, c.not_after, c.self_signed,
             c.position, o.wave, o.date,
             row_number() OVER (PARTITION BY c.site, c.cluster, c.node, c.address, c.port, c.protocol, c.sha256
                                ORDER BY o.wave, c.position) AS choice
      FROM v_interface_certificate AS c
      JOIN (SELECT DISTINCT wave, date FROM v_order WHERE run_id = :run_id AND date <> '') AS o
        ON substr(c.not_after, 1, 10) <= substr(o.date, 1, 10)
      WHERE c.run_id = :run_id AND c.not_after >= :now AND EXISTS (SELECT 1 FROM v_order WHERE run_id = :run_id AND date <> ''))
WHERE choice = 1
