-- id: certificate-expires-soon
-- severity: medium
-- title: Certificate expires within 60 days
-- remedy: Renew it before that day and before the first upgrade window: certificate work done while an upgrade is being
--   installed is not carried to the new version. CUCM, IM&P, Unity Connection, CER: Cisco Unified OS Administration >
--   Security > Certificate Management. Expressway: Maintenance > Security > Server certificate.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND not_after >= :now AND not_after < strftime('%Y-%m-%dT%H:%M:%SZ', :now, '+60 days')
    AND EXISTS (SELECT 1 FROM certificate WHERE not_after >= :now AND not_after < strftime('%Y-%m-%dT%H:%M:%SZ', :now, '+60 days'))
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN not_after < strftime('%Y-%m-%dT%H:%M:%SZ', :now, '+14 days') THEN 'high' END AS severity,
       CASE WHEN not_after < strftime('%Y-%m-%dT%H:%M:%SZ', :now, '+14 days') THEN 'Certificate expires within 14 days' END AS title,
       format('expires on %.10s, in %d days; %s %!.160s; issuer %!.160s; sha256 %.16s; %s', not_after,
              julianday(not_after) - julianday(:now),
              CASE WHEN min(position) = 0 THEN 'leaf' WHEN self_signed THEN 'root' ELSE 'intermediate' END, subject, issuer, sha256,
              CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
