-- Certificates that somebody told of and that no scan or capture was shown, as they stood when the run was judged: a row each for the
-- certificates of a chain, and one (position after the last) for the root of the system's own stores that the chain ends at.
-- port: the lowest at which the certificate is said to be presented, NULL where it is said of client services or of all places.
CREATE TABLE told_certificate (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  chain_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  product TEXT,
  port INTEGER,
  protocol TEXT,
  as_client INTEGER NOT NULL,
  protocols TEXT NOT NULL,
  places TEXT NOT NULL,
  confidence TEXT NOT NULL,
  told_by TEXT NOT NULL,
  PRIMARY KEY (run_id, cluster, node, chain_id, position, sha256)
) STRICT, WITHOUT ROWID;

-- The protocol of that port; NULL where no port is named.
ALTER TABLE declared_chain ADD COLUMN protocol TEXT;

-- Certificates in use: those that the run itself was shown, and those that were told. witness: at which version it was seen, or who
-- says so of which places. as_client: it is said to be a client's. Both halves give a column the same affinity: only then does SQLite
-- weigh a rule's conditions in each of them.
CREATE VIEW v_certificate_in_use AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, i.product, o.version, o.server_name, o.key_type, p.position,
       c.sha256, c.subject, c.issuer, c.serial, c.key_bits, c.curve, c.signature_algorithm, c.signature_hash, c.not_before,
       c.not_after, c.san, c.eku, c.key_usage, c.is_ca, c.self_signed, o.chain_id, CAST('observed' AS TEXT) AS confidence, 0 AS told,
       i.protocol AS protocols, CAST(0 AS INTEGER) AS as_client, o.version AS witness
FROM interface_chain AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n
JOIN chain AS p ON p.chain_id = o.chain_id
JOIN certificate AS c ON c.sha256 = p.sha256
UNION ALL
SELECT t.run_id, r.site, t.cluster, t.node, CAST(NULL AS TEXT), t.port, t.protocol, t.product, CAST(NULL AS TEXT), CAST(NULL AS TEXT), l.key_type, t.position,
       c.sha256, c.subject, c.issuer, c.serial, c.key_bits, c.curve, c.signature_algorithm, c.signature_hash, c.not_before,
       c.not_after, c.san, c.eku, c.key_usage, c.is_ca, c.self_signed, t.chain_id, t.confidence, 1,
       t.protocols, t.as_client,
       CAST(t.told_by || ' (' || t.places || ')' AS TEXT)
FROM told_certificate AS t
JOIN run AS r ON r.run_id = t.run_id
JOIN certificate AS c ON c.sha256 = t.sha256
LEFT JOIN chain AS f ON f.chain_id = t.chain_id AND f.position = 0
LEFT JOIN certificate AS l ON l.sha256 = f.sha256;

-- Findings that rest on what was told of the whole site. Whoever judges the site by that rule next judges this anew, so they count until
-- then: the scan that saw something else takes back what an import found.
CREATE TABLE told_finding (
  run_id TEXT NOT NULL,
  finding_id TEXT NOT NULL,
  PRIMARY KEY (run_id, finding_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE judged_rule (
  rule TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (rule, run_id)
) STRICT, WITHOUT ROWID;

-- What a run without a site told counts at every site.
CREATE VIEW outdone_finding AS
SELECT f.run_id, f.finding_id, j.run_id AS outdone_by
FROM told_finding AS t
JOIN finding AS f ON f.run_id = t.run_id AND f.finding_id = t.finding_id
JOIN run AS r ON r.run_id = t.run_id
JOIN judged_rule AS j ON j.rule = f.rule AND j.run_id > t.run_id
JOIN run AS q ON q.run_id = j.run_id AND (q.site = r.site OR r.site = '');
