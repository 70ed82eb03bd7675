-- id: md5-certificate
-- severity: high
-- title: Certificate signed with MD5 or older
-- remedy: Have a SHA-256 certificate issued and upload it with its chain. Certificates with such signatures can be
--   forged, and current TLS stacks refuse them.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND signature_hash IN ('md2', 'md4', 'md5') AND (position = 0 OR NOT self_signed)
    AND EXISTS (SELECT 1 FROM certificate WHERE signature_hash IN ('md2', 'md4', 'md5'))
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       format('subject %!.160s; issuer %!.160s; signature %s; sha256 %.16s; %s', subject, issuer, signature_algorithm, sha256,
              CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
