-- id: version-intolerant
-- severity: medium
-- title: A hello of a newer TLS version gets no answer
-- remedy: Look for the box between: an inspecting proxy, a load balancer or a firewall that does not know the version,
--   else the server's own stack; update it before clients offer that version here. A client that does not fall back
--   cannot connect at all.
-- A server that lacks a version says so with an alert or a lower version (RFC 8446 section 4.1.3 and appendix D); one
-- that hangs up or keeps silent on a newer hello while it answers an older one does not tolerate it.
WITH silent AS (
  SELECT site, cluster, node, address, port, protocol FROM v_interface_version
  WHERE run_id = :run_id AND outcome IN ('closed', 'reset', 'timeout') AND version IN ('TLSv1.2', 'TLSv1.3')
),
answer AS (
  SELECT *, max(version) FILTER (WHERE outcome = 'accepted')
              OVER (PARTITION BY site, cluster, node, address, port, protocol) AS highest
  FROM v_interface_version
  WHERE run_id = :run_id AND (site, cluster, node, address, port, protocol) IN silent
)
SELECT site, cluster, node, address, port, protocol,
       format('%s; accepted is %s',
              group_concat(version || ': ' || outcome || coalesce(' (' || substr(detail, 1, 200) || ')', ''), '; '), highest) AS evidence,
       'observed' AS confidence
FROM answer
WHERE outcome IN ('closed', 'reset', 'timeout') AND version > highest
GROUP BY site, cluster, node, address, port, protocol
