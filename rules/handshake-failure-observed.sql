-- id: handshake-failure-observed
-- severity: medium
-- title: Handshakes fail between these two
-- remedy: Compare what the client offers (ucready report --table client_offer) with what the server takes (ucready scan --depth
--   full): the suites, groups and signature schemes of one must meet the other's. handshake_failure means that no suite or
--   key was left, insufficient_security that a key is too short, illegal_parameter often a curve that was not offered.
-- Alerts that name a certificate's fault are the business of unknown-ca-observed, protocol_version that of no-common-version.
SELECT site, server AS cluster, server_node AS node, server_address AS address, server_port AS port, protocol,
       client AS hop_client, server || ':' || server_port AS hop_server, coalesce(alert_by, '') || '|' || coalesce(alert, '') AS subject,
       CASE WHEN alert_by IS NULL THEN 'Connections end in the middle of the handshake'
            WHEN alert IS NULL THEN 'Handshakes are ended by an alert that was encrypted'
            ELSE 'Handshakes fail with ' || alert END AS title,
       CASE WHEN alert_by IS NULL THEN 'low' END AS severity,
       format('%d sessions: %s; client offers up to %s; %s', sum(sessions),
              coalesce(coalesce(alert, 'an alert') || ' from the ' || alert_by, 'ended without an alert'), max(client_version_max),
              coalesce('the server had chosen ' || max(version) || ' ' || max(cipher)
                       || coalesce(' with a certificate of kind ' || max(server_key_type), ''), 'the server had not answered')
              || coalesce('; inferred: ' || max(inferred), '')) AS evidence,
       'observed' AS confidence
FROM v_failed_session_kind
WHERE run_id = :run_id
  AND coalesce(alert, '') NOT IN ('unknown_ca', 'certificate_unknown', 'bad_certificate', 'unsupported_certificate',
                                  'certificate_expired', 'certificate_revoked', 'protocol_version')
GROUP BY site, server, server_node, server_address, server_port, client, alert_by, alert
