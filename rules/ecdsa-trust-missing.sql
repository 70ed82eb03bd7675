-- id: ecdsa-trust-missing
-- severity: high
-- title: The client trusts the RSA certificate but not the ECDSA one
-- remedy: Give the client the issuer of the ECDSA certificate (a self-signed one itself) in the store that it checks, or make the
--   server present RSA to it until then: on CUCM set TLS Ciphers to RSA only, on Expressway put RSA first. Do it before either
--   side is upgraded: after that ECDSA may be chosen where RSA is today.
-- Observed evidence: the same client refused an ECDSA certificate with an alert that names trust, and took an RSA one of the same
-- server. Resumed sessions show no certificate and are no evidence (RFC 8446 section 2.2).
SELECT e.site, e.server AS cluster, e.server_node AS node, e.server_address AS address, e.server_port AS port, e.protocol,
       e.client AS hop_client, e.server || ':' || e.server_port AS hop_server, '' AS subject,
       format('%d sessions refused with %s after an ECDSA certificate%s; %d sessions with an RSA certificate were taken', sum(e.sessions),
              group_concat(DISTINCT e.alert), coalesce(' (sha256 ' || substr(max(e.server_certificate_sha256), 1, 16) || ')', ''),
              (SELECT sum(r.sessions) FROM v_session_kind AS r
               WHERE r.run_id = :run_id AND r.client = e.client AND r.server = e.server AND r.server_key_type = 'rsa'
                 AND r.established = 1)) AS evidence,
       'observed' AS confidence
FROM v_session_kind AS e
WHERE e.run_id = :run_id AND e.server_key_type = 'ecdsa' AND e.alert_by = 'client'
  AND e.alert IN ('unknown_ca', 'certificate_unknown', 'bad_certificate')
  AND EXISTS (SELECT 1 FROM v_session_kind AS r
              WHERE r.run_id = :run_id AND r.client = e.client AND r.server = e.server AND r.server_key_type = 'rsa'
                AND r.established = 1)
GROUP BY e.site, e.server, e.server_node, e.server_address, e.server_port, e.client
