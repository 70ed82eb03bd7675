-- id: public-certificate-renewal-risk
-- severity: medium
-- title: The renewal of this public certificate will lack clientAuth
-- remedy: Before it is renewed, move to the release that copes with serverAuth-only certificates (CUCM family 15SU5,
--   Expressway X15.4 or X15.5, CUBE IOS XE 26.1.1), or have the next one issued by a private CA with both serverAuth
--   and clientAuth and trusted by every mutual-TLS peer.
-- Public CAs drop clientAuth (Cisco FN74345, FN74362, FN74350, FN74382; Let's Encrypt since 11 Feb 2026, Chrome's
-- programme by Mar 2027; as of Nov 2026), and what they issue since 15 Mar 2026 lives 200 days at most. The list holds
-- organisation names as they stand in issuer names.
-- The distinct certificates are few: they tell whether the chains of all interfaces must be walked at all.
WITH public_ca(organisation) AS (
  VALUES ('Actalis'), ('Amazon'), ('Asseco Data Systems'), ('Buypass'), ('Certainly'), ('Certigna'), ('Chunghwa Telecom'),
         ('COMODO CA'), ('Cybertrust Japan'), ('D-Trust'), ('Deutsche Telekom Security'), ('DigiCert'), ('eMudhra'), ('Entrust'),
         ('GeoTrust'), ('GlobalSign'), ('GoDaddy.com'), ('Google Trust Services'), ('Hellenic Academic'), ('HydrantID'),
         ('IdenTrust'), ('Internet2'), ('Let''s Encrypt'), ('Microsec'), ('NETLOCK'), ('Network Solutions'), ('QuoVadis'), ('SECOM Trust'),
         ('Sectigo'), ('SSL Corp'), ('Starfield Technologies'), ('SwissSign'), ('T-Systems'), ('Telia'), ('thawte'), ('TrustAsia'),
         ('Trustwave'), ('Unizeto'), ('USERTRUST'), ('VikingCloud'), ('WISeKey'), ('ZeroSSL')
),
public_issuer AS MATERIALIZED (
  SELECT issuer FROM (SELECT DISTINCT issuer FROM certificate)
  JOIN public_ca ON instr(',' || issuer, ',O=' || organisation) > 0
),
used AS MATERIALIZED (
  SELECT * FROM v_certificate_in_use
  WHERE run_id = :run_id AND position = 0 AND instr(eku, 'clientAuth') > 0
    AND product IN ('cucm', 'imp', 'cuc', 'cer', 'cce', 'expressway-c', 'expressway-e', 'cube', 'cms')
    AND issuer IN public_issuer AND EXISTS (SELECT 1 FROM public_issuer)
)
SELECT site, cluster, node, address, port, protocol, sha256 AS subject, told, max(confidence) AS confidence,
       format('leaf %!.160s; issuer %!.160s; extended key usage %!.160s today; to be renewed by %.10s; sha256 %.16s%s', subject, issuer, eku,
              not_after, sha256, CASE WHEN told THEN '; no scan saw it, ' || group_concat(DISTINCT witness) ELSE '' END) AS evidence
FROM used
GROUP BY site, cluster, node, address, port, protocol, sha256
