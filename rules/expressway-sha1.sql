-- id: expressway-sha1
-- severity: critical
-- title: SHA-1 certificate blocks the Expressway upgrade
-- remedy: Before the upgrade, create a CSR at Maintenance > Security > Server certificate, have it signed with SHA-256
--   or better by a CA whose own chain has no SHA-1 below its root, upload certificate and chain on every peer, and
--   restart each peer.
-- From X15.2 a server certificate signed with SHA-1 cannot be uploaded, and TLS 1.3 (cluster links too) needs SHA-2. A
-- target that can be read as lower than X15.2 is no blocker yet; one that cannot be read is taken as one.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
-- The target is what the run was told, or the site's newest run that was told of clusters: an import has none.
WITH expressway AS MATERIALIZED (
  SELECT cluster, target,
         target GLOB '[Xx][0-9]*.[0-9]*'
           AND (CAST(substr(target, 2) AS INTEGER), CAST(substr(target, instr(target, '.') + 1) AS INTEGER)) < (15, 2) AS below
  FROM v_cluster
  WHERE target <> '' AND run_id = CASE
    WHEN EXISTS (SELECT 1 FROM fact WHERE run_id = :run_id AND name = 'target') THEN :run_id
    ELSE (SELECT max(r.run_id) FROM run AS r
          WHERE r.site = :site AND r.kind <> 'import' AND EXISTS (SELECT 1 FROM fact AS f WHERE f.run_id = r.run_id AND f.name = 'product'))
    END
),
used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND signature_hash = 'sha1' AND (position = 0 OR NOT self_signed)
    AND product IN ('expressway-c', 'expressway-e')
    AND EXISTS (SELECT 1 FROM certificate WHERE signature_hash = 'sha1')
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       CASE WHEN below THEN 'medium' END AS severity,
       CASE WHEN below THEN 'SHA-1 certificate blocks a later upgrade to Expressway X15.2'
            WHEN min(position) = 0 THEN 'Server certificate signed with SHA-1 blocks the Expressway upgrade'
            ELSE 'Intermediate certificate signed with SHA-1 blocks the Expressway upgrade' END AS title,
       format('target %s, and X15.2 is the first release that refuses SHA-1; subject %!.160s; issuer %!.160s; signature %s (%s); '
              || 'sha256 %.16s; %s', target, subject, issuer, signature_algorithm, signature_hash, sha256,
              CASE WHEN told THEN 'no scan saw it, ' ELSE 'seen at ' END || replace(group_concat(DISTINCT witness), ',', ', ')) AS evidence
FROM used
JOIN expressway USING (cluster)
GROUP BY site, cluster, node, address, port, protocol, sha256
