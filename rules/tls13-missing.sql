-- id: tls13-missing
-- severity: low
-- title: TLS 1.3 is refused although the release has it
-- remedy: See what holds it back: Common Criteria mode (utils fips_common_criteria status), a maximum version or an
--   exclusive transport tcp tls v1.2 on CUBE, xConfiguration SIP Advanced SipTlsVersions on Expressway, or a proxy in
--   front. Clients with a minimum of 1.3 fail here.
-- Whether a release has TLS 1.3 is known from the product's catalogue. Silence and a reset are the business of
-- version-intolerant.
WITH able AS (
  SELECT site, cluster FROM v_setting
  WHERE run_id = :run_id AND name = 'release_has_tls13' AND value = 'true'
  EXCEPT
  SELECT site, cluster FROM v_setting
  WHERE run_id = :run_id AND name = 'common_criteria' AND value = 'true'
)
SELECT site, cluster, node, address, port, protocol,
       format('the release has TLS 1.3; its hello was refused%s, TLSv1.2 was accepted',
              coalesce(' with ' || max(CASE version WHEN 'TLSv1.3' THEN alert END), '')) AS evidence,
       'observed' AS confidence
FROM v_interface_version
WHERE run_id = :run_id AND (site, cluster) IN able AND EXISTS (SELECT 1 FROM able)
GROUP BY site, cluster, node, address, port, protocol
HAVING max(version = 'TLSv1.2' AND outcome = 'accepted') AND max(version = 'TLSv1.3' AND outcome = 'refused')
