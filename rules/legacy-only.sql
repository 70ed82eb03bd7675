-- id: legacy-only
-- severity: high
-- title: Nothing above TLS 1.1 is spoken
-- remedy: Upgrade or replace it before any peer's minimum is raised above the version named: from then on the two have
--   none in common. Until then keep the peers' minimum where it is (show tls min-version on CUCM).
WITH newer AS (
  SELECT site, cluster, node, address, port, protocol, version, outcome, alert FROM v_interface_version
  WHERE run_id = :run_id AND version IN ('TLSv1.2', 'TLSv1.3')
),
older AS (
  SELECT site, cluster, node, address, port, protocol, version FROM v_interface_version
  WHERE run_id = :run_id AND version IN ('SSLv3', 'TLSv1.0', 'TLSv1.1') AND outcome = 'accepted'
    AND (site, cluster, node, address, port, protocol) IN (
      SELECT site, cluster, node, address, port, protocol FROM newer WHERE version = 'TLSv1.2' AND outcome <> 'accepted')
    AND (site, cluster, node, address, port, protocol) NOT IN (
      SELECT site, cluster, node, address, port, protocol FROM newer WHERE outcome = 'accepted')
)
SELECT site, cluster, node, address, port, protocol,
       format('highest version accepted is %s; %s', max(version) FILTER (WHERE outcome IS NULL),
              group_concat(version || ' ' || outcome || coalesce(' (' || alert || ')', ''), ', ')) AS evidence,
       'observed' AS confidence, NULL AS hop_client, NULL AS hop_server, NULL AS title
FROM (SELECT *, NULL AS outcome, NULL AS alert FROM older
      UNION ALL
      SELECT * FROM newer
      WHERE (site, cluster, node, address, port, protocol) IN (SELECT site, cluster, node, address, port, protocol FROM older))
GROUP BY site, cluster, node, address, port, protocol
UNION ALL
-- Clients in captures: every hello of theirs to this server.
SELECT r.site, k.server, k.server_node, k.server_address, k.server_port, k.protocol,
       format('%d sessions; the highest version that %s offers is %s', sum(k.sessions), k.client, max(o.highest_version)),
       'observed', k.client, k.server || ':' || k.server_port, 'A client offers nothing above TLS 1.1'
FROM client_offer AS o
JOIN session_kind AS k ON k.offer_id = o.offer_id
JOIN run AS r ON r.run_id = k.run_id
WHERE k.run_id = :run_id AND o.highest_version IN ('SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1')
  AND (k.client, k.server) NOT IN (
    SELECT n.client, n.server FROM session_kind AS n JOIN client_offer AS w ON w.offer_id = n.offer_id
    WHERE n.run_id = :run_id AND w.highest_version IN ('TLSv1.2', 'TLSv1.3'))
GROUP BY r.site, k.server, k.server_node, k.server_address, k.server_port, k.client
