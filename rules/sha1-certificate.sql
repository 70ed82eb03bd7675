-- id: sha1-certificate
-- severity: medium
-- title: Certificate signed with SHA-1
-- remedy: Have a SHA-256 certificate issued and upload it with its chain before the upgrade. CUCM, IM&P, Unity
--   Connection, CER: Cisco Unified OS Administration > Security > Certificate Management > Generate CSR, then restart
--   the services it names. Expressway: Maintenance > Security > Server certificate. A phone: CAPF issues a new LSC
--   (SHA-256 since 11.5(1)SU1).
-- A leaf and an intermediate are verified by every peer; nobody verifies the signature of a root, so that one is only
-- told. RSASSA-PSS counts by its hash, which is SHA-1 where the certificate names none (RFC 4055 section 3.1).
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND signature_hash = 'sha1'
    AND EXISTS (SELECT 1 FROM certificate WHERE signature_hash = 'sha1')
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN self_signed AND min(position) > 0 THEN 'info'
            WHEN product IN ('expressway-c', 'expressway-e') THEN 'high'
            ELSE 'medium' END AS severity,
       CASE WHEN min(position) = 0 THEN 'Leaf certificate signed with SHA-1'
            WHEN self_signed THEN 'Root certificate signed with SHA-1, which nobody verifies'
            ELSE 'Intermediate certificate signed with SHA-1' END AS title,
       CASE WHEN self_signed AND min(position) > 0
            THEN 'Nothing has to be done: the signature of a root is not verified. Replace the root when its certificates are next renewed.'
            END AS remedy,
       format('subject %!.160s; issuer %!.160s; signature %s (%s); valid until %.10s; sha256 %.16s; %s', subject, issuer,
              signature_algorithm, signature_hash, not_after, sha256, CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
