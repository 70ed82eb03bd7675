-- id: certificate-preference-mismatch
-- severity: medium
-- title: The interface does not choose its certificate as the setting says
-- remedy: Read TLS 1.3 Certificate Preference Order under System > Enterprise Parameters, and restart the services that it names where it
--   was changed since; then correct the parameter or the site file: the forecast rests on what is stated.
-- By two hellos that are each other's mirrors (depth full); a conclusion, so what is stated still counts before it. The narrowest
-- statement counts, of equals the best known.
WITH shown AS MATERIALIZED (
  SELECT i.site, i.cluster, i.node, i.address, i.port, i.protocol, s.value
  FROM v_setting AS s
  JOIN v_interface AS i ON i.run_id = s.run_id AND i.cluster = s.cluster AND i.node = s.node AND i.port = s.port
  WHERE s.run_id = :run_id AND s.name = 'certificate_preference' AND s.source = 'fingerprint'
),
stated AS MATERIALIZED (
  SELECT cluster, node, coalesce(port, 0) AS port, value, confidence, source || coalesce(':' || line, '') AS origin
  FROM v_setting
  WHERE name = 'certificate_preference' AND confidence IN ('imported', 'declared') AND service IS NULL AND EXISTS (SELECT 1 FROM shown)
    AND (run_id = :run_id OR run_id IN (SELECT run_id FROM live_import WHERE site IN (:site, ''))
                         AND (run_id, source) IN (SELECT run_id, source FROM live_import WHERE site IN (:site, '')))
),
held_against AS (
  SELECT i.*, s.value AS wanted, s.confidence AS known, s.origin,
         row_number() OVER (PARTITION BY i.cluster, i.node, i.port
                            ORDER BY s.port DESC, s.node <> '' DESC, s.confidence DESC, s.origin DESC) AS choice
  FROM shown AS i
  JOIN stated AS s ON s.cluster = i.cluster AND s.node IN ('', i.node) AND s.port IN (0, i.port)
)
SELECT site, cluster, node, address, port, protocol,
       format('it chooses as with %s; %s is %s (%s)', value, known, wanted, origin) AS evidence,
       'assumed' AS confidence
FROM held_against
WHERE choice = 1 AND value <> wanted
