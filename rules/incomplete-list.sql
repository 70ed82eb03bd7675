-- id: incomplete-list
-- severity: low
-- title: A list was not read to its end
-- remedy: Scan this interface again, alone and with a longer --timeout; suites, groups or schemes that it has may be missing
--   from what is known of it, weak ones among them. A server that answers what it refuses with silence leaves its lists
--   so each time: read them from its own configuration.
-- Depth full alone reads lists; one is whole when a refusal ended it.
WITH lacking AS (
  SELECT site, cluster, node, address, port, protocol, version,
         group_concat(CASE trait WHEN 'ciphers_complete' THEN 'suites' WHEN 'groups_complete' THEN 'groups'
                                 ELSE 'signature schemes' END, ', ') AS lists
  FROM v_interface_trait
  WHERE run_id = :run_id AND value = 0
    AND trait IN ('ciphers_complete', 'groups_complete', 'signature_schemes_complete')
  GROUP BY site, cluster, node, address, port, protocol, version
)
SELECT site, cluster, node, address, port, protocol,
       'may lack some: ' || group_concat(version || ' ' || lists, '; ') AS evidence,
       'observed' AS confidence
FROM lacking
GROUP BY site, cluster, node, address, port, protocol
