-- id: certificate-name-mismatch
-- severity: medium
-- title: Certificate does not carry the server's name
-- remedy: Have it issued again with the name among its DNS subject alternative names (Generate CSR: field Subject
--   Alternate Names; multi-server for a cluster), or correct server_name in the site file. Expressway TLS verify and
--   Traffic Server compare names, so CUCM must be entered by its FQDN under System > Server.
-- Compared as RFC 6125 section 6.4: without regard to case, * stands for one whole label, the CN counts only where no
-- DNS or IP name is there. A certificate that is shown only to clients without SNI counts less.
WITH named AS (
  SELECT DISTINCT site, cluster, node, address, port, protocol, server_name AS name
  FROM v_interface_certificate
  WHERE run_id = :run_id AND server_name <> ''
  UNION
  SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol, s.value
  FROM v_setting AS s
  JOIN v_interface AS i ON i.run_id = s.run_id AND i.site IS s.site AND i.cluster = s.cluster
    AND s.node IN ('', i.node) AND i.port = s.port
  WHERE s.run_id = :run_id AND s.name = 'server_name' AND s.value <> ''
),
leaf AS (
  SELECT c.site, c.cluster, c.node, c.address, c.port, c.protocol, n.name, c.server_name, c.version, c.sha256, c.subject, c.san,
         lower(n.name) AS wanted, ',' || lower(coalesce(c.san, '')) || ',' AS names, ',' || lower(c.subject) || ',' AS attributes
  FROM v_interface_certificate AS c
  JOIN named AS n USING (site, cluster, node, address, port, protocol)
  WHERE c.run_id = :run_id AND c.position = 0 AND c.not_before IS NOT NULL AND (c.server_name IS NULL OR c.server_name = n.name)
)
SELECT site, cluster, node, address, port, protocol, name || ' ' || sha256 AS subject,
       CASE WHEN count(server_name) = 0 THEN 'low' END AS severity,
       CASE WHEN count(server_name) = 0 THEN 'Certificate shown without SNI does not carry the server''s name' END AS title,
       format('expected %!.255s; subject %!.160s; subject alternative names %!.300s; sha256 %.16s; seen at %s', name, subject,
              coalesce(san, 'none'), sha256, replace(group_concat(DISTINCT version), ',', ', ')) AS evidence,
       'observed' AS confidence
FROM leaf
WHERE instr(names, ',dns:' || wanted || ',') = 0
  AND instr(names, ',ip:' || wanted || ',') = 0
  AND (instr(wanted, '.') = 0 OR instr(names, ',dns:*' || substr(wanted, instr(wanted, '.')) || ',') = 0)
  AND (instr(names, ',dns:') > 0 OR instr(names, ',ip:') > 0 OR instr(attributes, ',cn=' || wanted || ',') = 0)
GROUP BY site, cluster, node, address, port, protocol, name, sha256
