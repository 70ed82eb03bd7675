-- id: unknown-ca-observed
-- severity: high
-- title: A peer refused the certificate it was shown
-- remedy: Upload the issuer of the certificate named (for a self-signed one the certificate itself) to the trust store in which
--   the refusing side looks, then let it connect again. CUCM: CallManager-trust for SIP, tomcat-trust for HTTPS; IM&P:
--   cup-trust, cup-xmpp-trust; Expressway: Maintenance > Security > Trusted CA certificate. A phone takes it from its ITL:
--   reset it after the servers of its Unified CM group were restarted.
-- Alerts of RFC 8446 section 6.2 that name a chain's fault; JSSE sends certificate_unknown and GnuTLS bad_certificate for all of
-- them. One cause is a client, a server's port and a kind of key: ECDSA certificates are refused where RSA ones are not.
SELECT k.site, k.server AS cluster, k.server_node AS node, k.server_address AS address, k.server_port AS port, k.protocol,
       k.client AS hop_client, k.server || ':' || k.server_port AS hop_server,
       k.alert_by || '|' || coalesce(k.server_key_type, '') AS subject,
       CASE WHEN k.alert_by = 'client' AND k.server_key_type = 'ecdsa' THEN 'Client refused an ECDSA certificate that it does not trust'
            WHEN k.alert_by = 'client' AND k.server_key_type LIKE 'rsa%' THEN 'Client refused an RSA certificate that it does not trust'
            WHEN k.alert_by = 'client' THEN 'Client refused the server''s certificate'
            ELSE 'Server refused the client''s certificate' END AS title,
       format('%d of %d sessions: %s sent %s%s%s; certificate sha256 %s; sessions not refused: %d',
              sum(k.sessions) FILTER (WHERE refused), sum(k.sessions), max(k.alert_by),
              group_concat(DISTINCT k.alert) FILTER (WHERE refused),
              coalesce(' after a ' || max(k.version) || ' ' || max(k.server_key_type) || ' certificate', ''),
              coalesce(' (' || max(k.inferred) || ' inferred)', ''),
              coalesce(substr(max(CASE k.alert_by WHEN 'server' THEN k.client_certificate_sha256 ELSE k.server_certificate_sha256 END), 1, 16), 'not seen'),
              coalesce((SELECT sum(o.sessions) FROM v_session_kind AS o
                        WHERE o.run_id = :run_id AND o.client = k.client AND o.server = k.server AND o.server_port = k.server_port
                          AND o.established = 1), 0)) AS evidence,
       'observed' AS confidence
FROM (SELECT *, alert IN ('unknown_ca', 'certificate_unknown', 'bad_certificate', 'unsupported_certificate', 'certificate_expired',
                          'certificate_revoked') AS refused
      FROM v_session_kind WHERE run_id = :run_id AND alert_by IS NOT NULL) AS k
WHERE refused
GROUP BY k.site, k.server, k.server_node, k.server_address, k.server_port, k.client, k.alert_by, coalesce(k.server_key_type, '')
