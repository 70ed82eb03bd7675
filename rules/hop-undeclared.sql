-- id: hop-undeclared
-- severity: info
-- title: A connection that neither site file nor scan knows
-- remedy: Add it under hops in the site file ('ucready site --from-capture' writes the lines), so that the forecast covers it.
-- Only between systems of the site: what browsers and passers-by open is no hop of an upgrade. Without a declared hop there is
-- nothing to compare with.
SELECT r.site, h.server AS cluster, h.server_node AS node, h.address, h.port, h.protocol, h.client AS hop_client,
       h.server || ':' || h.port AS hop_server, '' AS subject,
       format('%d sessions, %d that began before the capture', sum(h.sessions), sum(h.midstream)) AS evidence,
       'observed' AS confidence
FROM v_hop AS h
JOIN run AS r ON r.run_id = h.run_id
WHERE h.run_id = :run_id AND h.source = 'observed'
  AND EXISTS (SELECT 1 FROM declared_hop AS d WHERE d.run_id = :run_id)
  AND (SELECT 1 FROM v_cluster AS c WHERE c.run_id = :run_id AND c.cluster = h.client)
  AND (SELECT 1 FROM v_cluster AS c WHERE c.run_id = :run_id AND c.cluster = h.server)
  AND NOT EXISTS (SELECT 1 FROM declared_hop AS d
                  WHERE d.run_id = :run_id AND d.client = h.client AND d.server = h.server AND d.port = h.port)
GROUP BY r.site, h.server, h.server_node, h.address, h.port, h.client
