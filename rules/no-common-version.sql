-- id: no-common-version
-- severity: high
-- title: Client and server have no TLS version in common
-- remedy: Lower the minimum on the side that was raised last (show tls min-version on CUCM, SIP and HTTPS minimums on
--   Expressway, transport tcp tls on CUBE), or upgrade the older side first.
SELECT site, server AS cluster, server_node AS node, server_address AS address, server_port AS port, protocol,
       client AS hop_client, server || ':' || server_port AS hop_server, '' AS subject,
       format('%d sessions: %s sent protocol_version; the client offers up to %s', sum(sessions), group_concat(DISTINCT 'the ' || alert_by),
              max(client_version_max)) AS evidence,
       'observed' AS confidence
FROM v_failed_session_kind
WHERE run_id = :run_id AND alert = 'protocol_version'
GROUP BY site, server, server_node, server_address, server_port, client
