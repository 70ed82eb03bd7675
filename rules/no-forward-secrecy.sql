-- id: no-forward-secrecy
-- severity: low
-- title: Connections have no forward secrecy
-- remedy: Put ECDHE suites first or leave only them: CUCM, IM&P: Cisco Unified OS Administration > Security > Cipher
--   Management or the enterprise parameter TLS Ciphers; Expressway: Maintenance > Security > Ciphers; CUBE: voice class
--   tls-cipher. TLS 1.3 has no other kind.
SELECT site, cluster, node, address, port, protocol,
       'although ECDHE and DHE were offered: ' || replace(group_concat(DISTINCT cipher || ' at ' || version), ',', '; ') AS evidence,
       'observed' AS confidence
FROM v_interface_version
WHERE run_id = :run_id AND outcome = 'accepted' AND version <> 'TLSv1.3'
  AND (cipher GLOB 'TLS_RSA_*' OR cipher GLOB 'TLS_DH_[RD]S[AS]_*' OR cipher GLOB 'TLS_ECDH_RSA_*' OR cipher GLOB 'TLS_ECDH_ECDSA_*'
       OR cipher GLOB 'TLS_PSK_*' OR cipher GLOB 'TLS_KRB5_*')
GROUP BY site, cluster, node, address, port, protocol
