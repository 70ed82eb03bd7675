-- id: interface-unreachable
-- severity: medium
-- title: Declared interface cannot be reached
-- remedy: Check that the service is activated and started (Cisco Unified Serviceability > Control Center), that no
--   firewall stands between, and that address and port in the site file are right. Nothing is known of this interface
--   until it is scanned again.
-- Only what the site file writes itself: that a catalogue's usual port is closed is no news.
SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol,
       format('state %s%!.300s; declared in %s', i.state, coalesce(': ' || i.detail, ''),
              max(s.source || coalesce(':' || s.line, ''))) AS evidence,
       'observed' AS confidence
FROM v_interface AS i
JOIN v_setting AS s ON s.run_id = i.run_id AND s.site = i.site AND s.cluster = i.cluster AND s.port = i.port
  AND s.node IN ('', i.node)
WHERE i.run_id = :run_id AND i.state IN ('closed', 'timeout', 'unreachable', 'reset')
  AND s.name = 'interface' AND s.value = i.protocol AND s.confidence = 'declared'
GROUP BY i.site, i.cluster, i.node, i.address, i.port, i.protocol
