-- id: trust-store-differs
-- severity: medium
-- title: A node's trust store lacks what the same store of other nodes holds
-- remedy: Upload the missing certificates to that store of that node, or remove them from the others if they are not
--   needed: CUCM, IM&P, Unity Connection, CER: OS Administration > Security > Certificate Management (restart the services that
--   the page names; replication between nodes can fail silently); Expressway: Maintenance > Security > Trusted CA
--   certificate, on each peer, for peers do not share it.
-- Only stores whose content is known are compared, for each store the newest run of the site that tells of it up to this one.
WITH known AS MATERIALIZED (
  SELECT s.cluster, s.node, s.store, s.set_id
  FROM trust_store AS s
  WHERE s.node <> '' AND s.run_id = (
    SELECT max(t.run_id) FROM trust_store AS t JOIN run AS r USING (run_id)
    WHERE r.site = :site AND t.run_id <= :run_id AND t.cluster = s.cluster AND t.node = s.node AND t.store = s.store)
    AND EXISTS (SELECT 1 FROM trust_store AS u WHERE u.run_id = :run_id AND u.cluster = s.cluster)
),
held AS MATERIALIZED (
  SELECT DISTINCT k.cluster, k.node, k.store, coalesce(e.sha256, e.hash, e.subject) AS identity,
         coalesce(c.subject, e.subject) AS name
  FROM known AS k
  JOIN trust_set AS e ON e.set_id = k.set_id
  LEFT JOIN certificate AS c ON c.sha256 = e.sha256
),
somewhere AS (
  SELECT cluster, store, identity, max(name) AS name, min(node) AS holder, count(*) AS holders
  FROM held GROUP BY cluster, store, identity
),
lacking AS (
  SELECT DISTINCT k.cluster, k.node, k.store, w.identity, w.name, w.holder, w.holders
  FROM known AS k
  JOIN somewhere AS w ON w.cluster = k.cluster AND w.store = k.store
  WHERE NOT EXISTS (SELECT 1 FROM held AS h
                    WHERE h.cluster = k.cluster AND h.node = k.node AND h.store = k.store AND h.identity = w.identity)
)
SELECT cluster, node, store AS subject,
       format('%s lacks %d of the certificates that other nodes hold in it: %s', CASE store WHEN '' THEN 'every store' ELSE store END,
              count(*), group_concat(format('%!.160s (sha256 %.16s; %s holds it%s)', name, identity, holder,
                                            CASE WHEN holders > 1 THEN format(', %d nodes do', holders) ELSE '' END), '; ')) AS evidence,
       'declared' AS confidence
FROM lacking
GROUP BY cluster, node, store
