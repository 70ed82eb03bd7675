-- id: legacy-client
-- severity: high
-- title: The client offers nothing above TLS 1.1
-- remedy: Upgrade or replace it before the server's minimum is raised: from then on the two have no version in common.
SELECT site, server AS cluster, server_node AS node, server_address AS address, server_port AS port, protocol,
       client AS hop_client, server || ':' || server_port AS hop_server, '' AS subject,
       format('%d sessions, highest version offered %s, %d kinds of hello', sum(sessions), max(client_version_max),
              count(DISTINCT offer_id)) AS evidence,
       'observed' AS confidence
FROM v_session_kind
WHERE run_id = :run_id AND client_version_max IS NOT NULL
GROUP BY site, server, server_node, server_address, server_port, client
HAVING max(client_version_max) IN ('SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1')
