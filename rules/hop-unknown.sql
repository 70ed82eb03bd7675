-- id: hop-unknown
-- severity: medium
-- title: Whether a connection works is not known
-- remedy: Fetch the fact that is missing: scan both ends, capture the client's hello, or record its trust store with ucready trust add.
-- One finding per pair of clusters, port and missing fact.
SELECT client AS hop_client, server || ':' || port AS hop_server, port, protocol, min(wave) AS wave, reason AS subject,
       format('%d pairs of nodes; %s: %s', count(DISTINCT client_node || '>' || server_node), reason, min(explanation)) AS evidence,
       'unknown' AS confidence
FROM v_forecast
WHERE run_id = :run_id AND outcome = 'unknown' AND transient = 0
GROUP BY client, server, port, protocol, reason
