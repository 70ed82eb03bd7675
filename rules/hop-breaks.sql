-- id: hop-breaks
-- severity: critical
-- title: A connection between two systems breaks
-- remedy: Do the mend that the plan proposes before the wave named here (ucready plan), then plan again.
-- One finding per pair of clusters, port and reason: how many pairs of nodes break, and from which wave on.
WITH pair AS (
  SELECT client, server, port, protocol, reason, client_node, server_node, min(wave) AS first, min(confidence) AS confidence,
         min(explanation) AS explanation
  FROM v_forecast
  WHERE run_id = :run_id AND outcome = 'breaks' AND transient = 0
  GROUP BY client, server, port, protocol, reason, client_node, server_node
)
SELECT client AS hop_client, server || ':' || port AS hop_server, port, protocol, min(first) AS wave, reason AS subject,
       format('%d of %d pairs of nodes; %s (%s)', count(*),
              (SELECT count(DISTINCT f.client_node || '>' || f.server_node) FROM v_forecast AS f
               WHERE f.run_id = :run_id AND f.client = pair.client AND f.server = pair.server AND f.port = pair.port),
              min(explanation), reason) AS evidence,
       min(confidence) AS confidence
FROM pair
GROUP BY client, server, port, protocol, reason
