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
       'observed' AS confidence
FROM (SELECT *, NULL AS outcome, NULL AS alert FROM older
      UNION ALL
      SELECT * FROM newer
      WHERE (site, cluster, node, address, port, protocol) IN (SELECT site, cluster, node, address, port, protocol FROM older))
GROUP BY site, cluster, node, address, port, protocol
