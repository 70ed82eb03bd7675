-- id: hop-breaks
-- severity: critical
-- title: A connection between two systems breaks
-- remedy: Do the mend that the plan proposes before the wave named here (ucready plan), then plan again.
-- One finding per pair of clusters, port and reason: how many pairs of nodes break, and from which wave on.
WITH kind AS (
  SELECT client, client_service, server, port, protocol, reason, kind, pairs, of_pairs, min(first_wave) AS first,
         min(confidence) AS confidence, min(explanation) AS explanation
  FROM v_forecast_link
  WHERE run_id = :run_id AND outcome = 'breaks'
  GROUP BY client, client_service, server, port, protocol, reason, kind
),
face AS (
  SELECT client, client_service, server, port, protocol, reason, min(first) AS first, min(confidence) AS confidence,
         min(explanation) AS explanation, sum(pairs) AS pairs, min(of_pairs) AS of_pairs
  FROM kind
  GROUP BY client, client_service, server, port, protocol, reason
)
SELECT client AS hop_client, server || ':' || port AS hop_server, port, protocol, min(first) AS wave, reason AS subject,
       format('%d of %d pairs of nodes; %s (%s)', sum(pairs), sum(of_pairs), min(explanation), reason) AS evidence,
       min(confidence) AS confidence
FROM face
GROUP BY client, server, port, protocol, reason
