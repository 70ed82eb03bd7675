-- What was seen of interfaces. n counts the interfaces of a run as they were written, so that all rows of one stand together at
-- the end of their tables and a page is written once. interface_id is a digest of the interface's identity, chain_id one of its
-- certificates' digests: the same thing has the same id in every database, and no key needs renumbering when databases merge.
-- These tables take most rows of a scan; foreign keys would double the cost of writing them.

CREATE TABLE interface (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  interface_id TEXT NOT NULL,
  site TEXT NOT NULL,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  address TEXT NOT NULL,
  port INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  product TEXT,
  release TEXT,
  declared INTEGER NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  server_name TEXT,
  identified_product TEXT,
  identified_release TEXT,
  identified_by TEXT,
  connections INTEGER NOT NULL,
  bytes_sent INTEGER NOT NULL,
  bytes_received INTEGER NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX interface_by_id ON interface (run_id, interface_id);

-- The answers of one interface, one after the other. Rows below say where theirs begins, how long it is, and (flight_cuts, a JSON
-- list) where in it the certificates of the chain belong, which are not kept a second time. answer_flight puts all together.
CREATE TABLE interface_flight (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT;  -- With rowids several rows of some kilobytes share a page; without, each would take pages of its own.

CREATE TABLE interface_version (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  version TEXT NOT NULL,
  outcome TEXT NOT NULL,
  negotiated_version TEXT,
  cipher TEXT,
  group_name TEXT,
  alert TEXT,
  detail TEXT,
  flight_offset INTEGER,
  flight_length INTEGER,
  flight_chain_id TEXT,
  flight_cuts TEXT,
  PRIMARY KEY (run_id, n, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE interface_chain (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  chain_n INTEGER NOT NULL,
  version TEXT NOT NULL,
  server_name TEXT,
  key_type TEXT,
  chain_id TEXT NOT NULL,
  flight_offset INTEGER,
  flight_length INTEGER,
  flight_cuts TEXT,
  PRIMARY KEY (run_id, n, chain_n)
) STRICT, WITHOUT ROWID;

CREATE TABLE interface_client_auth (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  version TEXT NOT NULL,
  requested INTEGER NOT NULL,
  required INTEGER,
  certificate_types TEXT,
  signature_schemes TEXT,
  authorities TEXT,
  PRIMARY KEY (run_id, n, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain (
  chain_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (chain_id, position)
) STRICT, WITHOUT ROWID;

-- defect: why it could not be read; then only sha256 and der are there.
CREATE TABLE certificate (
  sha256 TEXT NOT NULL PRIMARY KEY,
  defect TEXT,
  subject TEXT,
  issuer TEXT,
  serial TEXT,
  key_type TEXT,
  key_bits INTEGER,
  curve TEXT,
  signature_algorithm TEXT,
  signature_hash TEXT,
  not_before TEXT,
  not_after TEXT,
  san TEXT,
  eku TEXT,
  key_usage TEXT,
  is_ca INTEGER,
  self_signed INTEGER,
  der BLOB NOT NULL
) STRICT;

CREATE VIEW v_interface AS
SELECT run_id, site, cluster, node, address, port, protocol, product, release, state, detail, identified_product,
       identified_release, identified_by
FROM interface;

CREATE VIEW v_interface_version AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.outcome, o.negotiated_version, o.cipher,
       o.group_name, o.alert, o.detail
FROM interface_version AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n;

CREATE VIEW v_interface_certificate AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.server_name, o.key_type, p.position,
       c.sha256, c.subject, c.issuer, c.serial, c.key_bits, c.curve, c.signature_algorithm, c.signature_hash, c.not_before,
       c.not_after, c.san, c.eku, c.key_usage, c.is_ca, c.self_signed
FROM interface_chain AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n
JOIN chain AS p ON p.chain_id = o.chain_id
JOIN certificate AS c ON c.sha256 = p.sha256;

CREATE VIEW v_interface_client_auth AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.requested, o.required,
       o.certificate_types, o.signature_schemes, o.authorities
FROM interface_client_auth AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n;

CREATE VIEW kept_flight AS
SELECT o.run_id, o.n, o.version, NULL AS server_name, NULL AS leaf_sha256, o.flight_chain_id AS chain_id, o.flight_cuts AS cuts,
       substr(f.bytes, o.flight_offset + 1, o.flight_length) AS rest
FROM interface_version AS o
JOIN interface_flight AS f ON f.run_id = o.run_id AND f.n = o.n
WHERE o.flight_offset IS NOT NULL
UNION ALL
SELECT o.run_id, o.n, o.version, o.server_name, p.sha256, o.chain_id, o.flight_cuts,
       substr(f.bytes, o.flight_offset + 1, o.flight_length)
FROM interface_chain AS o
JOIN chain AS p ON p.chain_id = o.chain_id AND p.position = 0
JOIN interface_flight AS f ON f.run_id = o.run_id AND f.n = o.n
WHERE o.flight_offset IS NOT NULL;

-- Every kept answer as bytes: TLS records in clear. leaf_sha256 is there where the answer was kept for its chain.
CREATE VIEW answer_flight AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, k.version, k.server_name, k.leaf_sha256,
       CASE WHEN k.cuts IS NULL THEN k.rest
            ELSE CAST((SELECT group_concat(piece, '')
                       FROM (SELECT CAST(substr(k.rest, lag(j.value, 1, 0) OVER place + 1,
                                                j.value - lag(j.value, 1, 0) OVER place) AS TEXT) || CAST(c.der AS TEXT) AS piece
                             FROM json_each(k.cuts) AS j
                             JOIN chain AS p ON p.chain_id = k.chain_id AND p.position = j.key
                             JOIN certificate AS c ON c.sha256 = p.sha256
                             WINDOW place AS (ORDER BY j.key)
                             ORDER BY j.key))
                      || CAST(substr(k.rest, (SELECT max(value) FROM json_each(k.cuts)) + 1) AS TEXT) AS BLOB) END AS bytes
FROM kept_flight AS k
JOIN interface AS i ON i.run_id = k.run_id AND i.n = k.n;
