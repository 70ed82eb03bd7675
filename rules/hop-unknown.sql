-- id: hop-unknown
-- severity: medium
-- title: Whether a connection works is not known
-- remedy: Fetch the fact that is missing: scan both ends, capture the client's hello, or record its trust store with ucready trust add.
-- One finding per pair of clusters, port and missing fact.
WITH kind AS (
  SELECT client, client_service, server, port, protocol, reason, kind, pairs, min(first_wave) AS first, min(explanation) AS explanation
  FROM v_forecast_link
  WHERE run_id = :run_id AND outcome = 'unknown'
  GROUP BY client, client_service, server, port, protocol, reason, kind
)
SELECT client AS hop_client, server || ':' || port AS hop_server, port, protocol, min(first) AS wave, reason AS subject,
       format('%d pairs of nodes; %s: %s', sum(pairs), reason, min(explanation)) AS evidence, 'unknown' AS confidence
FROM kind
GROUP BY client, server, port, protocol, reason
