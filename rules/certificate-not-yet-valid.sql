-- id: certificate-not-yet-valid
-- severity: high
-- title: Certificate is not valid yet
-- remedy: Compare the clock of the node and of the CA (utils ntp status; Expressway: System > Time), then have the
--   certificate issued again. Until its first day every peer that verifies refuses it.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND not_before > :now
    AND EXISTS (SELECT 1 FROM certificate WHERE not_before > :now)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       format('valid from %s, looked at on %s; subject %!.160s; issuer %!.160s; sha256 %.16s; %s', not_before, :now, subject,
              issuer, sha256, CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
