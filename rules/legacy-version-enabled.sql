-- id: legacy-version-enabled
-- severity: medium
-- title: Versions below TLS 1.2 are enabled
-- remedy: Raise the minimum to 1.2 as the last step of the upgrade, once every client of this node speaks it:
--   CUCM, IM&P, Unity Connection, CER: set tls min-version 1.2 (restarts the node); Expressway: Maintenance > Security
--   > Ciphers, minimum TLS version of each service; CUBE: transport tcp tls v1.2 minimum under sip-ua.
-- RFC 8996 retired TLS 1.0 and 1.1, RFC 7568 SSLv3. A node is told once: one minimum holds for most of its interfaces.
-- Those that answer alike are put together.
WITH accepting AS (
  SELECT site, cluster, node, address, port, protocol, min(version) AS lowest,
         group_concat(version || coalesce(' with ' || cipher, ''), ', ') AS what
  FROM (SELECT * FROM v_interface_version
        WHERE run_id = :run_id AND outcome = 'accepted' AND version IN ('SSLv3', 'TLSv1.0', 'TLSv1.1')
        ORDER BY version)
  GROUP BY site, cluster, node, address, port, protocol
),
alike AS (
  SELECT site, cluster, node, address, min(format('%05d %s', port, protocol)) AS first, min(lowest) AS lowest,
         format('%s on %s', what, group_concat(port || ' ' || protocol, ', ')) AS text
  FROM (SELECT * FROM accepting ORDER BY port, protocol)
  GROUP BY site, cluster, node, address, what
)
SELECT site, cluster, node, address, CAST(substr(min(first), 1, 5) AS INTEGER) AS first_port, substr(min(first), 7) AS first_protocol,
       CASE WHEN min(lowest) = 'SSLv3' THEN 'high' END AS severity,
       'accepts ' || group_concat(text, '; ') AS evidence,
       'observed' AS confidence
FROM (SELECT * FROM alike ORDER BY first)
GROUP BY site, cluster, node, address
