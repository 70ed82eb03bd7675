-- id: weak-cipher
-- severity: high
-- title: A broken cipher suite is negotiated
-- remedy: Remove it: CUCM, IM&P, Unity Connection: Cisco Unified OS Administration > Security > Cipher Management;
--   Expressway: Maintenance > Security > Ciphers; CUBE: voice class tls-cipher. A NULL suite belongs to device security
--   mode Authenticated, which TLS 1.3 does not have: set the phone or trunk security profile to Encrypted.
-- Without encryption, without authentication, or broken: RFC 7465 (RC4), RFC 9325 section 4.1 (NULL, export, anonymous,
-- DES, 3DES).
WITH weakness(part, word) AS (
  VALUES ('_WITH_NULL', 'no encryption'), ('_EXPORT', 'export grade'), ('_anon_', 'no authentication'), ('_RC4_', 'RC4'),
         ('_3DES_', '3DES'), ('_WITH_DES_', 'DES'), ('_WITH_RC2_', 'RC2'), ('_WITH_IDEA_', 'IDEA'), ('_DES40_', 'export grade'),
         ('TLS_SHA256_SHA256', 'no encryption'), ('TLS_SHA384_SHA384', 'no encryption')
),
-- Every suite where depth full asked for them; else the one that each version chose.
offered AS MATERIALIZED (
  SELECT site, cluster, node, address, port, protocol, version, cipher FROM v_interface_cipher WHERE run_id = :run_id
  UNION
  SELECT site, cluster, node, address, port, protocol, version, cipher FROM v_interface_version
  WHERE run_id = :run_id AND outcome = 'accepted'
),
weak AS MATERIALIZED (
  SELECT cipher, word FROM (SELECT DISTINCT cipher FROM offered) JOIN weakness ON instr(cipher, part) > 0
)
SELECT site, cluster, node, address, port, protocol,
       CASE WHEN min(word) = '3DES' AND max(word) = '3DES' THEN 'medium' END AS severity,
       replace(group_concat(DISTINCT cipher || ' (' || word || ') at ' || version), ',', '; ') AS evidence,
       'observed' AS confidence
FROM offered
JOIN weak USING (cipher)
WHERE EXISTS (SELECT 1 FROM weak)
GROUP BY site, cluster, node, address, port, protocol
