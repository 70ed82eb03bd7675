-- id: client-without-ecdsa
-- severity: low
-- title: The client offers no ECDSA signature scheme
-- remedy: Nothing has to be done while the server keeps its RSA certificate. Do not switch this server to ECDSA alone (HTTPS
--   Ciphers, TLS Ciphers, certificate_preference) before the client was upgraded.
-- A hello without signature_algorithms says nothing about TLS 1.2 signatures and is not counted (RFC 5246 section 7.4.1.4.1).
SELECT site, server AS cluster, server_node AS node, server_address AS address, server_port AS port, protocol,
       client AS hop_client, server || ':' || server_port AS hop_server, '' AS subject,
       format('%d sessions, %d kinds of hello, highest version %s; schemes %!.200s', sum(k.sessions), count(DISTINCT k.offer_id),
              max(k.client_version_max), max(o.signature_schemes)) AS evidence,
       'observed' AS confidence
FROM v_session_kind AS k
JOIN v_client_offer AS o ON o.offer_id = k.offer_id
WHERE k.run_id = :run_id AND k.established = 1
GROUP BY site, server, server_node, server_address, server_port, client
HAVING sum(o.signature_schemes IS NULL) = 0 AND sum(o.signature_schemes LIKE '%ecdsa%') = 0
