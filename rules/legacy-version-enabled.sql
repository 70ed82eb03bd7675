-- id: legacy-version-enabled
-- severity: medium
-- title: Versions below TLS 1.2 are enabled
-- remedy: Raise the minimum to 1.2 as the last step of the upgrade, once every client of this interface speaks it:
--   CUCM, IM&P, Unity Connection, CER: set tls min-version 1.2 (restarts the node); Expressway: Maintenance > Security
--   > Ciphers, minimum TLS version of each service; CUBE: transport tcp tls v1.2 minimum under sip-ua.
-- RFC 8996 retired TLS 1.0 and 1.1, RFC 7568 SSLv3.
SELECT site, cluster, node, address, port, protocol,
       CASE WHEN min(version) = 'SSLv3' THEN 'high' END AS severity,
       'accepts ' || group_concat(version || coalesce(' with ' || cipher, ''), ', ') AS evidence,
       'observed' AS confidence
FROM v_interface_version
WHERE run_id = :run_id AND outcome = 'accepted' AND version IN ('SSLv3', 'TLSv1.0', 'TLSv1.1')
GROUP BY site, cluster, node, address, port, protocol
