-- id: weak-key
-- severity: high
-- title: Certificate has a weak key
-- remedy: Have a certificate issued for a new RSA key of 2048 bits or more (Generate CSR: Key Length), or an EC key of
--   P-256 or more, before the upgrade: newer TLS stacks do not load or accept weaker ones, and the interface then
--   answers nobody.
-- The key type is known of the leaf alone; behind it a curve means EC, and any other key of 512 bits or more RSA or
-- DSA.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND key_bits > 0
    AND (position = 0 AND key_type = 'dsa'
         OR position = 0 AND key_type IN ('rsa', 'rsa-pss') AND key_bits < 2048
         OR curve <> '' AND key_bits < 256
         OR position > 0 AND coalesce(curve, '') = '' AND key_bits BETWEEN 512 AND 2047)
    AND EXISTS (SELECT 1 FROM certificate WHERE key_type = 'dsa' OR key_type IN ('rsa', 'rsa-pss') AND key_bits < 2048 OR curve <> '' AND key_bits < 256)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN coalesce(curve, '') = '' AND key_bits < 1024 THEN 'critical'
            WHEN curve <> '' AND key_bits BETWEEN 224 AND 255 THEN 'medium' END AS severity,
       CASE WHEN min(position) = 0 THEN NULL WHEN self_signed THEN 'Root certificate has a weak key'
            ELSE 'Intermediate certificate has a weak key' END AS title,
       format('%s of %d bits; subject %!.160s; valid until %.10s; sha256 %.16s; %s',
              CASE WHEN curve <> '' THEN 'EC key on ' || curve WHEN position > 0 THEN 'key' ELSE upper(key_type) || ' key' END,
              key_bits, subject, not_after, sha256, CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
