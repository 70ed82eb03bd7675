-- id: unknown-ca-observed
-- severity: high
-- title: A peer refused the certificate it was shown
-- remedy: Upload the issuer of the certificate named (for a self-signed one the certificate itself) to the trust store in which
--   the refusing side looks, then let it connect again. CUCM: CallManager-trust for SIP, tomcat-trust for HTTPS; IM&P:
--   cup-trust, cup-xmpp-trust; Expressway: Maintenance > Security > Trusted CA certificate. A phone takes it from its ITL:
--   reset it after the servers of its Unified CM group were restarted.
-- Alerts of RFC 8446 section 6.2 that name a chain's fault; JSSE sends certificate_unknown and GnuTLS bad_certificate for all of
-- them. One cause is a client, a server's port and a kind of key: ECDSA certificates are refused where RSA ones are not.
SELECT site, server AS cluster, server_node AS node, server_address AS address, server_port AS port, protocol,
       client AS hop_client, server || ':' || server_port AS hop_server, alert_by || '|' || coalesce(server_key_type, '') AS subject,
       CASE WHEN alert_by = 'client' AND server_key_type = 'ecdsa' THEN 'Client refused an ECDSA certificate that it does not trust'
            WHEN alert_by = 'client' AND server_key_type LIKE 'rsa%' THEN 'Client refused an RSA certificate that it does not trust'
            WHEN alert_by = 'client' THEN 'Client refused the server''s certificate'
            ELSE 'Server refused the client''s certificate' END AS title,
       format('%d sessions: the %s sent %s%s%s; certificate sha256 %s', sum(sessions), alert_by, group_concat(DISTINCT alert),
              coalesce(' in ' || max(version), ''), coalesce(' after a certificate of kind ' || server_key_type, ''),
              coalesce(substr(max(CASE alert_by WHEN 'server' THEN client_certificate_sha256 ELSE server_certificate_sha256 END), 1, 16),
                       'not seen')) AS evidence,
       'observed' AS confidence
FROM v_failed_session_kind
WHERE run_id = :run_id
  AND alert IN ('unknown_ca', 'certificate_unknown', 'bad_certificate', 'unsupported_certificate', 'certificate_expired',
                'certificate_revoked')
GROUP BY site, server, server_node, server_address, server_port, client, alert_by, coalesce(server_key_type, '')
