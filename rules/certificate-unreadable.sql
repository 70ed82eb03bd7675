-- id: certificate-unreadable
-- severity: high
-- title: Certificate cannot be read
-- remedy: Replace it: peers that cannot read a certificate end the handshake. Its bytes are kept in the database for a
--   look at what is wrong.
-- Every certificate has a first day of validity (RFC 5280 section 4.1.2.5); one without could not be parsed.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND not_before IS NULL
    AND EXISTS (SELECT 1 FROM certificate WHERE not_before IS NULL)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       format('sha256 %s; position %d of the chain; %s', sha256, min(position),
              CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
