-- id: interface-without-tls
-- severity: medium
-- title: Declared interface does not offer TLS
-- remedy: Check the protocol in the site file and whether the service is set up for TLS (a secure trunk or port group,
--   STARTTLS of the mail server). What travels here is in clear.
SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol,
       format('state %s%!.300s; declared in %s', i.state, coalesce(': ' || i.detail, ''),
              max(s.source || coalesce(':' || s.line, ''))) AS evidence,
       'observed' AS confidence
FROM v_interface AS i
JOIN v_setting AS s ON s.run_id = i.run_id AND s.site = i.site AND s.cluster = i.cluster AND s.port = i.port
  AND s.node IN ('', i.node)
WHERE i.run_id = :run_id AND i.state IN ('not_tls', 'starttls_refused')
  AND s.name = 'interface' AND s.value = i.protocol AND s.confidence = 'declared'
GROUP BY i.site, i.cluster, i.node, i.address, i.port, i.protocol
