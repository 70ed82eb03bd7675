-- id: drift
-- severity: info
-- title: The interface is not what the scan before saw
-- remedy: Compare it with what was planned ('ucready plan --verify'). Where nothing was planned, ask who changed it: a renewed
--   certificate may not be trusted by every peer, a version that is gone shuts old peers out.
-- Against the site's scan before this one; interfaces that only one of the two asked are left out, so are silences: they may be the
-- network's. What got lost weighs more than what came. CROSS JOIN keeps the order of the joins: from each interface to its rows.
WITH before AS MATERIALIZED (
  SELECT max(run_id) AS run_id FROM run
  WHERE kind = 'scan' AND site = :site AND run_id < :run_id
    AND EXISTS (SELECT 1 FROM run AS r WHERE r.run_id = :run_id AND r.kind = 'scan')
),
both AS MATERIALIZED (
  SELECT i.n, b.n AS n_before, i.site, i.cluster, i.node, i.address, i.port, i.protocol, i.state, b.state AS state_before
  FROM interface AS i
  CROSS JOIN interface AS b ON b.run_id = (SELECT run_id FROM before) AND b.interface_id = i.interface_id
  WHERE i.run_id = :run_id
),
change(n, severity, what) AS (
  SELECT n, CASE WHEN state_before = 'tls' THEN 'medium' ELSE 'info' END, 'state was ' || state_before || ', is ' || state
  FROM both WHERE state <> state_before AND state NOT IN ('timeout', 'unreachable') AND state_before NOT IN ('timeout', 'unreachable')
  UNION ALL
  SELECT b.n, CASE WHEN w.outcome = 'accepted' AND v.version IN ('TLSv1.2', 'TLSv1.3') THEN 'medium' ELSE 'info' END,
         v.version || ' was ' || w.outcome || ', is ' || v.outcome
  FROM both AS b
  CROSS JOIN interface_version AS v ON v.run_id = :run_id AND v.n = b.n AND v.outcome IN ('accepted', 'refused')
  CROSS JOIN interface_version AS w ON w.run_id = (SELECT run_id FROM before) AND w.n = b.n_before AND w.version = v.version
  WHERE w.outcome IN ('accepted', 'refused') AND w.outcome <> v.outcome
  UNION ALL
  SELECT b.n, 'low', format('another %s certificate: sha256 %.16s, was %.16s', o.key_type, min(l.sha256), min(m.sha256))
  FROM both AS b
  CROSS JOIN interface_chain AS o ON o.run_id = :run_id AND o.n = b.n
  CROSS JOIN interface_chain AS q ON q.run_id = (SELECT run_id FROM before) AND q.n = b.n_before AND q.key_type = o.key_type
  CROSS JOIN chain AS l ON l.chain_id = o.chain_id AND l.position = 0
  CROSS JOIN chain AS m ON m.chain_id = q.chain_id AND m.position = 0
  GROUP BY b.n, o.key_type
  HAVING NOT max(l.sha256 = m.sha256)
)
SELECT b.site, b.cluster, b.node, b.address, b.port, b.protocol,
       CASE max(CASE c.severity WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END) WHEN 2 THEN 'medium' WHEN 1 THEN 'low' END AS severity,
       group_concat(c.what, '; ') || '; the scan before is ' || (SELECT run_id FROM before) AS evidence,
       'observed' AS confidence
FROM change AS c
JOIN both AS b ON b.n = c.n
GROUP BY b.n
