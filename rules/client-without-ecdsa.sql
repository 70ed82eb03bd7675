-- id: client-without-ecdsa
-- severity: low
-- title: The client offers no ECDSA signature scheme
-- remedy: Nothing has to be done while the server keeps its RSA certificate. Do not switch this server to ECDSA alone (HTTPS
--   Ciphers, TLS Ciphers, certificate_preference) before the client was upgraded.
-- A hello without signature_algorithms says nothing about TLS 1.2 signatures and is not counted (RFC 5246 section 7.4.1.4.1); nor
-- is a client that offers ECDSA in another of its hellos.
WITH without AS (
  SELECT offer_id FROM client_offer WHERE signature_schemes IS NOT NULL AND signature_schemes NOT LIKE '%ecdsa%'
),
kinds AS (
  SELECT k.*, o.signature_schemes, o.highest_version FROM session_kind AS k JOIN client_offer AS o ON o.offer_id = k.offer_id
  WHERE k.run_id = :run_id AND k.established = 1 AND k.offer_id IN without
)
SELECT server AS cluster, server_node AS node, server_address AS address, server_port AS port, protocol, client AS hop_client,
       server || ':' || server_port AS hop_server, '' AS subject,
       format('%d sessions, %d kinds of hello, highest version %s; schemes %!.200s', sum(sessions), count(DISTINCT offer_id),
              max(highest_version), max(signature_schemes)) AS evidence,
       'observed' AS confidence
FROM kinds
WHERE client NOT IN (SELECT client FROM session_kind
                     WHERE run_id = :run_id AND offer_id NOT IN without AND EXISTS (SELECT 1 FROM kinds))
GROUP BY server, server_node, server_address, server_port, client
