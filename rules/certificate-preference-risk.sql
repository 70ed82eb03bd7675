-- id: certificate-preference-risk
-- severity: medium
-- title: Which certificate this client gets in TLS 1.3 hangs on one enterprise parameter
-- remedy: Leave TLS 1.3 Certificate Preference Order at TLS 1.2 Ciphers Preference Order, or first give the client the issuer of the
--   ECDSA certificate in the store that it checks (have CallManager-ECDSA, cup-ECDSA, cup-xmpp-ECDSA signed by the CA of the RSA one).
-- From 15SU2 SIP, CTI and XMPP of CUCM and IM and Presence choose by the client's TLS 1.2 suites, or by its signature algorithms
-- (T13). Asked of clients that offer both versions and whose two lists disagree. A listener that showed one kind of certificate
-- alone in the site's newest scan has no choice.
WITH offer AS MATERIALIZED (
  SELECT offer_id, CASE WHEN ec_suite < rsa_suite THEN 'ecdsa' ELSE 'rsa' END AS by_suites,
         CASE WHEN ec_scheme < rsa_scheme THEN 'ecdsa' ELSE 'rsa' END AS by_schemes
  FROM (SELECT offer_id,
               coalesce(nullif(instr(ciphers, '_ECDSA_WITH_'), 0), 100000) AS ec_suite,
               coalesce(nullif(instr(ciphers, '_RSA_WITH_'), 0), 100000) AS rsa_suite,
               coalesce(nullif(instr(',' || signature_schemes, ',ecdsa_'), 0), 100000) AS ec_scheme,
               coalesce(nullif(instr(',' || signature_schemes, ',rsa_'), 0), 100000) AS rsa_scheme
        FROM client_offer
        WHERE instr(versions, 'TLSv1.3') > 0 AND instr(versions, 'TLSv1.2') > 0)
  WHERE (ec_suite < rsa_suite) <> (ec_scheme < rsa_scheme)
),
changed AS MATERIALIZED (
  SELECT cluster, min(wave) AS wave
  FROM v_order
  WHERE run_id = :run_id AND kind = 'set' AND setting = 'certificate_preference' AND value = 'tls13-signature-algorithms'
  GROUP BY cluster
),
stated AS MATERIALIZED (
  SELECT cluster, max(value) FILTER (WHERE name = 'certificate_preference') AS preference,
         max(name IN ('release_has_tls13', 'target_has_tls13') AND value = 'true') AS has_tls13
  FROM v_setting
  WHERE run_id = :run_id AND name IN ('certificate_preference', 'release_has_tls13', 'target_has_tls13')
  GROUP BY cluster
),
chooser AS MATERIALIZED (
  SELECT c.cluster, coalesce(s.preference, 'not stated, so the default') AS preference, w.wave
  FROM v_cluster AS c
  JOIN stated AS s ON s.cluster = c.cluster
  LEFT JOIN changed AS w ON w.cluster = c.cluster
  WHERE c.run_id = :run_id AND c.product IN ('cucm', 'imp') AND s.has_tls13 AND EXISTS (SELECT 1 FROM offer)
),
shown AS MATERIALIZED (
  SELECT cluster, node, port, min(key_type = 'ecdsa') AS only_ecdsa, max(key_type = 'ecdsa') AS has_ecdsa,
         max(CASE key_type WHEN 'ecdsa' THEN self_signed END) AS self_signed
  FROM v_interface_certificate
  WHERE run_id = (SELECT max(run_id) FROM run WHERE kind = 'scan' AND site = :site AND run_id <= :run_id)
    AND position = 0 AND cluster IN (SELECT cluster FROM chooser) AND EXISTS (SELECT 1 FROM offer)
  GROUP BY cluster, node, port
)
SELECT k.server AS cluster, k.server_node AS node, k.server_address AS address, k.server_port AS port, k.protocol,
       k.client AS hop_client, k.server || ':' || k.server_port AS hop_server, max(c.wave) AS wave,
       CASE WHEN max(c.preference) = 'tls13-signature-algorithms' OR max(c.wave) IS NOT NULL THEN 'high'
            WHEN max(s.has_ecdsa) AND NOT max(coalesce(s.self_signed, 1)) THEN 'low' END AS severity,
       format('%d sessions; by its TLS 1.2 suites %s, by its signature algorithms %s; certificate_preference: %s%s; %s', sum(k.sessions),
              max(o.by_suites), max(o.by_schemes), max(c.preference),
              coalesce(', tls13-signature-algorithms from wave ' || max(c.wave), ''),
              CASE WHEN max(s.has_ecdsa) IS NULL THEN 'the listener was not scanned'
                   WHEN max(s.self_signed) THEN 'its ECDSA certificate is self-signed'
                   ELSE 'its ECDSA certificate is signed by a CA' END) AS evidence,
       CASE WHEN max(s.has_ecdsa) IS NULL THEN 'assumed' ELSE 'observed' END AS confidence
FROM session_kind AS k
JOIN offer AS o ON o.offer_id = k.offer_id
JOIN chooser AS c ON c.cluster = k.server
LEFT JOIN shown AS s ON s.cluster = k.server AND s.node = k.server_node AND s.port = k.server_port
WHERE k.run_id = :run_id AND k.protocol IN ('sip-tls', 'cti-tls', 'xmpp-client', 'xmpp-server')
  AND (s.cluster IS NULL OR s.has_ecdsa AND NOT s.only_ecdsa)
GROUP BY k.server, k.server_node, k.server_address, k.server_port, k.client
