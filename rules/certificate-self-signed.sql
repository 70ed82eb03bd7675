-- id: certificate-self-signed
-- severity: low
-- title: Server certificate is self-signed
-- remedy: Have it signed by the CA that the peers already trust (Cisco Unified OS Administration > Security >
--   Certificate Management > Generate CSR, for the -ECDSA certificates too), or upload this very certificate to the
--   trust store of every peer that verifies and do so again after each renewal.
-- CUCM and IM&P sign their ECDSA certificates themselves unless told otherwise. An Expressway from X14.2 on verifies,
-- and a peer that comes to prefer ECDSA then fails where RSA worked: that is why these count more.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND position = 0 AND self_signed
    AND EXISTS (SELECT 1 FROM certificate WHERE self_signed)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN key_type = 'ecdsa' AND product IN ('cucm', 'imp', 'cuc', 'cer') THEN 'medium' END AS severity,
       CASE WHEN key_type = 'ecdsa' THEN 'ECDSA server certificate is self-signed' END AS title,
       format('%s leaf %!.160s; valid until %.10s; sha256 %.16s; %s', key_type, subject, not_after, sha256,
              CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
