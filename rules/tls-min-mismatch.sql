-- id: tls-min-mismatch
-- severity: medium
-- title: The interface does not follow the stated minimum version
-- remedy: Read what is set (CUCM, IM&P, Unity Connection, CER: show tls min-version on every node, and restart those
--   where it was changed since; Expressway: Maintenance > Security > Ciphers; CUBE: show running-config | section
--   sip-ua), then correct the setting or the site file: the forecast rests on it.
-- The narrowest setting counts (interface, node, cluster), of equals the best known. HAProxy's ports never go below 1.2
-- (Cisco's TLS 1.3 guide), so a refused minimum tells nothing where the setting is wider than the port, unless 1.2
-- itself is refused and 1.3 is not. CUCM's 9463 is 1.3 only by design.
WITH interface AS MATERIALIZED (
  SELECT site, cluster, node, address, port, protocol,
         min(CASE outcome WHEN 'accepted' THEN version END) AS lowest,
         group_concat(version || ' ' || outcome, ', ') AS answers
  FROM v_interface_version
  WHERE run_id = :run_id
  GROUP BY site, cluster, node, address, port, protocol
),
stated AS (
  SELECT i.*, s.value AS minimum, s.port IS NOT NULL AS narrow, s.confidence AS known, s.source || coalesce(':' || s.line, '') AS origin,
         row_number() OVER (
           PARTITION BY i.site, i.cluster, i.node, i.address, i.port, i.protocol
           ORDER BY s.port IS NOT NULL DESC, s.node <> '' DESC,
                    CASE s.confidence WHEN 'observed' THEN 0 WHEN 'imported' THEN 1 ELSE 2 END, s.line DESC) AS choice
  FROM interface AS i
  JOIN v_setting AS s ON s.run_id = :run_id AND s.site = i.site AND s.cluster = i.cluster AND s.node IN ('', i.node)
    AND s.service IS NULL AND (s.port IS NULL OR s.port = i.port) AND s.name = 'tls_min'
    AND s.confidence IN ('observed', 'imported', 'declared')
)
SELECT site, cluster, node, address, port, protocol,
       format('minimum %s (%s, %s); %s', minimum, known, origin, answers) AS evidence,
       'observed' AS confidence
FROM stated
WHERE choice = 1
  AND (lowest < minimum
       OR lowest > minimum AND narrow AND instr(answers, minimum || ' refused') > 0
       OR lowest = 'TLSv1.3' AND minimum < lowest AND port <> 9463 AND instr(answers, 'TLSv1.2 refused') > 0)
