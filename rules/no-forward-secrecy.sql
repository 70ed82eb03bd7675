-- id: no-forward-secrecy
-- severity: low
-- title: Connections have no forward secrecy
-- remedy: Put ECDHE suites first or leave only them: CUCM, IM&P: Cisco Unified OS Administration > Security > Cipher
--   Management or the enterprise parameter TLS Ciphers; Expressway: Maintenance > Security > Ciphers; CUBE: voice class
--   tls-cipher. TLS 1.3 has no other kind.
-- A version's choice tells that it prefers such a suite; where depth full asked for every suite, only an interface that
-- has no other at that version is told, or one whose own order begins with it.
WITH secret(part) AS (VALUES ('TLS_ECDHE_'), ('TLS_DHE_')),
full_depth AS MATERIALIZED (
  SELECT site, cluster, node, address, port, protocol, version,
         max(EXISTS (SELECT 1 FROM secret WHERE instr(cipher, part) = 1)) AS has_secret,
         max(position = 0 AND NOT EXISTS (SELECT 1 FROM secret WHERE instr(cipher, part) = 1)) AS prefers_other
  FROM v_interface_cipher
  WHERE run_id = :run_id AND version <> 'TLSv1.3'
  GROUP BY site, cluster, node, address, port, protocol, version
)
SELECT site, cluster, node, address, port, protocol,
       'although ECDHE and DHE were offered: ' || replace(group_concat(DISTINCT cipher || ' at ' || version), ',', '; ') AS evidence,
       'observed' AS confidence
FROM v_interface_version
LEFT JOIN full_depth USING (site, cluster, node, address, port, protocol, version)
WHERE run_id = :run_id AND outcome = 'accepted' AND version <> 'TLSv1.3'
  AND (has_secret IS NULL OR NOT has_secret OR prefers_other)
  AND (cipher GLOB 'TLS_RSA_*' OR cipher GLOB 'TLS_DH_[RD]S[AS]_*' OR cipher GLOB 'TLS_ECDH_RSA_*' OR cipher GLOB 'TLS_ECDH_ECDSA_*'
       OR cipher GLOB 'TLS_PSK_*' OR cipher GLOB 'TLS_KRB5_*')
GROUP BY site, cluster, node, address, port, protocol
