-- id: certificate-chain-incomplete
-- severity: medium
-- title: Certificate chain lacks an intermediate
-- remedy: Upload the missing CA certificate so that it is sent: CUCM, IM&P, Unity Connection, CER: to the trust store
--   of that service (tomcat-trust, CallManager-trust, cup-xmpp-trust) before the server certificate; Expressway: append
--   it to the server certificate file at Maintenance > Security > Server certificate. Peers that hold only the root
--   fail until then.
-- A root need not be sent (RFC 8446 section 4.4.2), so a lone leaf right under a private root is whole. It is not where
-- more was sent behind the gap, or where the issuer is known from another chain of the database to be an intermediate.
-- Who sent what is put together only for interfaces with a certificate that some chain, of all the distinct ones, leaves open.
WITH link AS MATERIALIZED (
  SELECT chain_id, position, sha256, subject, issuer, self_signed, max(position) OVER sent AS last_position,
         char(10) || group_concat(subject, char(10)) OVER sent || char(10) AS subjects
  FROM chain JOIN certificate USING (sha256)
  WHERE not_before IS NOT NULL
  WINDOW sent AS (PARTITION BY chain_id)
),
intermediate AS (
  SELECT subject FROM link WHERE position > 0 GROUP BY subject HAVING max(self_signed) = 0
),
gap AS MATERIALIZED (
  SELECT chain_id, sha256, issuer, position < last_position AS inside FROM link
  WHERE NOT self_signed AND issuer <> subject AND instr(subjects, char(10) || issuer || char(10)) = 0
    AND (position < last_position OR issuer IN intermediate)
),
-- A system sends what its own stores hold, so a chain that an export tells is short only where these are known and lack the issuer.
storing AS MATERIALIZED (SELECT DISTINCT cluster, node, set_id FROM newest_store WHERE site IN (:site, '') AND EXISTS (SELECT 1 FROM gap)),
held AS MATERIALIZED (
  SELECT DISTINCT s.cluster, s.node, h.subject
  FROM (SELECT DISTINCT e.set_id, c.subject FROM trust_set AS e JOIN certificate AS c ON c.sha256 = e.sha256
        WHERE c.subject IN (SELECT issuer FROM gap)) AS h
  JOIN storing AS s USING (set_id)
),
presented AS (
  SELECT site, cluster, node, address, port, protocol, version, position, sha256, subject, issuer,
         max(position) OVER sent AS last_position,
         char(10) || group_concat(subject, char(10)) OVER sent || char(10) AS subjects
  FROM v_interface_certificate
  WHERE run_id = :run_id AND not_before IS NOT NULL AND EXISTS (SELECT 1 FROM gap)
    AND (site, cluster, node, address, port, protocol) IN (
      SELECT site, cluster, node, address, port, protocol FROM v_interface_certificate
      WHERE run_id = :run_id AND sha256 IN (SELECT sha256 FROM gap))
  WINDOW sent AS (PARTITION BY site, cluster, node, address, port, protocol, version, server_name, key_type)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject,
       format('%s %!.160s; its issuer %!.160s was not sent, %s; sha256 %.16s; seen at %s',
              CASE WHEN position = 0 THEN 'leaf' ELSE 'intermediate' END, subject, issuer,
              CASE WHEN position < last_position THEN 'though more certificates follow'
                   ELSE 'and other interfaces show it to be no root' END,
              sha256, replace(group_concat(DISTINCT version), ',', ', ')) AS evidence,
       'observed' AS confidence, 0 AS told
FROM presented
WHERE sha256 IN (SELECT sha256 FROM gap) AND instr(subjects, char(10) || issuer || char(10)) = 0
  AND (position < last_position OR issuer IN intermediate)
GROUP BY site, cluster, node, address, port, protocol, sha256
UNION ALL
SELECT t.site, t.cluster, t.node, t.address, t.port, t.protocol, t.sha256,
       format('%s %!.160s; its issuer %!.160s is not in the chain that is told, %s; sha256 %.16s; no scan saw it, %s',
              CASE WHEN t.position = 0 THEN 'leaf' ELSE 'intermediate' END, t.subject, t.issuer,
              CASE WHEN max(g.inside) THEN 'though more certificates follow' ELSE 'and other chains show it to be no root' END,
              t.sha256, group_concat(DISTINCT t.witness)),
       max(t.confidence), 1
FROM gap AS g
CROSS JOIN v_certificate_in_use AS t ON t.chain_id = g.chain_id AND t.sha256 = g.sha256
LEFT JOIN held AS h ON h.cluster = t.cluster AND h.node = t.node AND h.subject = t.issuer
WHERE t.run_id = :run_id AND t.told AND h.cluster IS NULL
  AND (t.confidence = 'declared' OR (t.cluster, t.node) IN (SELECT cluster, node FROM storing))
GROUP BY t.site, t.cluster, t.node, t.address, t.port, t.protocol, t.sha256
