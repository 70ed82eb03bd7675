-- id: ecdsa-trust-missing
-- severity: high
-- title: The client trusts the RSA certificate but not the ECDSA one
-- remedy: Give the client the issuer of the ECDSA certificate (a self-signed one itself) in the store that it checks, or make the
--   server present RSA to it until then: on CUCM set TLS Ciphers to RSA only, on Expressway put RSA first. Do it before either
--   side is upgraded: after that ECDSA may be chosen where RSA is today.
-- Observed evidence: the same client refused an ECDSA certificate with an alert that names trust, and took an RSA one of the same
-- server. Resumed sessions show no certificate and are no evidence (RFC 8446 section 2.2).
WITH refused AS (
  SELECT * FROM v_failed_session_kind
  WHERE run_id = :run_id AND server_key_type = 'ecdsa' AND alert_by = 'client'
    AND alert IN ('unknown_ca', 'certificate_unknown', 'bad_certificate')
),
taken AS (
  SELECT client, server, sum(sessions) AS sessions FROM session_kind
  WHERE run_id = :run_id AND server_key_type = 'rsa' AND established = 1 AND (client, server) IN (SELECT client, server FROM refused)
    AND EXISTS (SELECT 1 FROM refused)
  GROUP BY client, server
)
SELECT r.site, r.server AS cluster, r.server_node AS node, r.server_address AS address, r.server_port AS port, r.protocol,
       r.client AS hop_client, r.server || ':' || r.server_port AS hop_server, '' AS subject,
       format('%d sessions refused with %s after an ECDSA certificate%s; %d sessions with an RSA certificate were taken', sum(r.sessions),
              group_concat(DISTINCT r.alert), coalesce(' (sha256 ' || substr(max(r.server_certificate_sha256), 1, 16) || ')', ''),
              max(t.sessions)) AS evidence,
       'observed' AS confidence
FROM refused AS r
JOIN taken AS t ON t.client = r.client AND t.server = r.server
GROUP BY r.site, r.server, r.server_node, r.server_address, r.server_port, r.client
