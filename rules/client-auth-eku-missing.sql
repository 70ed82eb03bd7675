-- id: client-auth-eku-missing
-- severity: medium
-- title: Certificate may not be used as a client (no clientAuth)
-- remedy: Have it issued with both serverAuth and clientAuth, by a private CA where the public one no longer does so,
--   or go to the release that takes separate or serverAuth-only certificates (CUCM family 15SU5, Expressway
--   X15.4/X15.5, CUBE IOS XE 26.1.1) first. Mutual-TLS peers refuse it once they check.
-- These products show the same certificate when they are the client of a mutual-TLS hop (Cisco FN74345, FN74362,
-- FN74350). TVS and CAPF certificates are only ever a server's. An absent extension allows every use (RFC 5280 section
-- 4.2.1.12).
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND position = 0 AND eku <> '' AND instr(eku, 'clientAuth') = 0
    AND instr(eku, 'anyExtendedKeyUsage') = 0 AND instr(eku, '2.5.29.37.0') = 0 AND (as_client OR protocols NOT IN ('tvs', 'capf', 'tvs,capf', 'capf,tvs'))
    AND product IN ('cucm', 'imp', 'cuc', 'cer', 'expressway-c', 'expressway-e', 'cube', 'cms')
    AND EXISTS (SELECT 1 FROM certificate WHERE eku <> '' AND instr(eku, 'clientAuth') = 0)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN product IN ('expressway-c', 'expressway-e')
              OR (instr(',' || protocols || ',', ',sip-tls,') > 0 OR instr(',' || protocols || ',', ',ils,') > 0) AND product <> 'cube'
            THEN 'high' END AS severity,
       format('leaf %!.160s; issuer %!.160s; extended key usage %!.160s; valid until %.10s; sha256 %.16s; %s', subject,
              issuer, eku, not_after, sha256, CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
