-- id: certificate-unreadable
-- severity: high
-- title: Certificate cannot be read
-- remedy: Replace it: peers that cannot read a certificate end the handshake. Its bytes are kept in the database for a
--   look at what is wrong.
-- Every certificate has a first day of validity (RFC 5280 section 4.1.2.5); one without could not be parsed.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
SELECT site, cluster, node, address, port, protocol, sha256 AS subject,
       format('sha256 %s; position %d of the chain; seen at %s', sha256, min(position),
              replace(group_concat(DISTINCT version), ',', ', ')) AS evidence,
       'observed' AS confidence
FROM v_interface_certificate
WHERE run_id = :run_id AND not_before IS NULL
  AND EXISTS (SELECT 1 FROM certificate WHERE not_before IS NULL)
GROUP BY site, cluster, node, address, port, protocol, sha256
