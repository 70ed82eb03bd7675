-- id: certificate-expired
-- severity: critical
-- title: Certificate has expired
-- remedy: Renew it now: every peer that verifies refuses it. CUCM, IM&P, Unity Connection, CER: Cisco Unified OS
--   Administration > Security > Certificate Management. Expressway: Maintenance > Security > Server certificate. CUBE:
--   crypto pki enroll on the trustpoint that sip-ua names.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND not_after < :now
    AND EXISTS (SELECT 1 FROM certificate WHERE not_after < :now)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN min(position) = 0 THEN 'Certificate has expired'
            WHEN self_signed THEN 'Root certificate has expired'
            ELSE 'Intermediate certificate has expired' END AS title,
       format('expired on %.10s, %d days ago; subject %!.160s; issuer %!.160s; sha256 %.16s; %s', not_after,
              julianday(:now) - julianday(not_after), subject, issuer, sha256,
              CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
