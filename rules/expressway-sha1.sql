-- id: expressway-sha1
-- severity: critical
-- title: SHA-1 certificate blocks the Expressway upgrade
-- remedy: Before the upgrade, create a CSR at Maintenance > Security > Server certificate, have it signed with SHA-256
--   or better by a CA whose own chain has no SHA-1 below its root, upload certificate and chain on every peer, and
--   restart each peer.
-- From X15.2 a server certificate signed with SHA-1 cannot be uploaded, and TLS 1.3 (cluster links too) needs SHA-2. A
-- target that can be read as lower than X15.2 is no blocker yet; one that cannot be read is taken as one.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH expressway AS MATERIALIZED (
  SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol, i.product, t.target,
         t.target GLOB '[Xx][0-9]*.[0-9]*'
           AND (CAST(substr(t.target, 2) AS INTEGER), CAST(substr(t.target, instr(t.target, '.') + 1) AS INTEGER)) < (15, 2) AS below
  FROM v_interface AS i
  JOIN v_cluster AS t ON t.run_id = i.run_id AND t.site = i.site AND t.cluster = i.cluster
  WHERE i.run_id = :run_id AND i.product IN ('expressway-c', 'expressway-e') AND t.target <> ''
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject,
       CASE WHEN below THEN 'medium' END AS severity,
       CASE WHEN below THEN 'SHA-1 certificate blocks a later upgrade to Expressway X15.2'
            WHEN min(position) = 0 THEN 'Server certificate signed with SHA-1 blocks the Expressway upgrade'
            ELSE 'Intermediate certificate signed with SHA-1 blocks the Expressway upgrade' END AS title,
       format('target %s, and X15.2 is the first release that refuses SHA-1; subject %!.160s; issuer %!.160s; signature %s (%s); '
              || 'sha256 %.16s; seen at %s', target, subject, issuer, signature_algorithm, signature_hash, sha256,
              replace(group_concat(DISTINCT version), ',', ', ')) AS evidence,
       'observed' AS confidence
FROM v_interface_certificate AS c
JOIN expressway USING (site, cluster, node, address, port, protocol)
WHERE c.run_id = :run_id AND c.signature_hash = 'sha1' AND (c.position = 0 OR NOT c.self_signed)
  AND EXISTS (SELECT 1 FROM certificate WHERE signature_hash = 'sha1')
GROUP BY site, cluster, node, address, port, protocol, sha256
