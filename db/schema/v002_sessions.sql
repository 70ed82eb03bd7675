-- What captures saw. A session row holds only what differs from one connection to the next; all else is its kind, kept once for as
-- many sessions as share it: a phone that registers every hour is one kind. Rules and hops count over kinds.

CREATE TABLE client_offer (
  offer_id TEXT NOT NULL PRIMARY KEY,
  versions TEXT,
  ciphers TEXT,
  groups TEXT,
  signature_schemes TEXT,
  signature_schemes_cert TEXT,
  alpn TEXT,
  extensions TEXT,
  ja3 TEXT,
  ja4 TEXT,
  highest_version TEXT,
  hello BLOB NOT NULL
) STRICT;

CREATE TABLE capture_source (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_kind (
  run_id TEXT NOT NULL,
  kind INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  client TEXT NOT NULL,
  client_node TEXT NOT NULL,
  client_service TEXT,
  client_address TEXT NOT NULL,
  server TEXT NOT NULL,
  server_node TEXT NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  server_name TEXT,
  version TEXT,
  cipher TEXT,
  group_name TEXT,
  signature_scheme TEXT,
  server_key_type TEXT,
  server_chain_id TEXT,
  server_certificate_sha256 TEXT,
  client_chain_id TEXT,
  client_certificate_sha256 TEXT,
  client_certificate_requested INTEGER,
  client_certificate_sent INTEGER,
  resumed INTEGER,
  established INTEGER,
  alert_by TEXT,
  alert TEXT,
  inferred TEXT,
  hello_retry INTEGER NOT NULL,
  ja3s TEXT,
  offer_id TEXT,
  PRIMARY KEY (run_id, kind)
) STRICT, WITHOUT ROWID;

-- started_us: microseconds since 1970.
CREATE TABLE session (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  source INTEGER NOT NULL,
  started_us INTEGER NOT NULL,
  client_port INTEGER NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

-- Of a session that failed: its handshake as the two sides sent it. docs/database.md says how the bytes are laid out.
CREATE TABLE session_bytes (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT;

-- Connections that carried TLS before the capture began: who spoke with whom, and no more.
CREATE TABLE midstream (
  run_id TEXT NOT NULL,
  client TEXT NOT NULL,
  client_node TEXT NOT NULL,
  client_service TEXT,
  server TEXT NOT NULL,
  server_node TEXT NOT NULL,
  server_address TEXT NOT NULL,
  server_port INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  flows INTEGER NOT NULL,
  PRIMARY KEY (run_id, server_address, server_port, client, client_node)
) STRICT, WITHOUT ROWID;

-- Hops that were declared or imported; observed ones are counted from what was seen.
CREATE TABLE declared_hop (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  client TEXT NOT NULL,
  client_node TEXT NOT NULL,
  client_service TEXT,
  server TEXT NOT NULL,
  server_node TEXT NOT NULL,
  address TEXT,
  port INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  source TEXT NOT NULL,
  security TEXT NOT NULL,
  dormant INTEGER NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_session AS
SELECT s.run_id, f.name AS source,
       strftime('%Y-%m-%dT%H:%M:%S', s.started_us / 1000000, 'unixepoch') || printf('.%06dZ', s.started_us % 1000000) AS started_at,
       k.client_address, s.client_port, k.server_address, k.server_port, k.protocol, k.server_name,
       o.highest_version AS client_version_max, k.version, k.cipher, k.group_name, k.signature_scheme, k.server_key_type,
       k.server_certificate_sha256, k.client_certificate_sha256, k.client_certificate_requested, k.resumed, k.established, k.alert_by,
       k.alert, k.inferred, k.hello_retry, o.ja3, k.ja3s, o.ja4, k.offer_id
FROM session AS s
JOIN session_kind AS k ON k.run_id = s.run_id AND k.kind = s.kind
LEFT JOIN capture_source AS f ON f.run_id = s.run_id AND f.n = s.source
LEFT JOIN client_offer AS o ON o.offer_id = k.offer_id;

CREATE VIEW v_client_offer AS
SELECT o.offer_id, o.versions, o.ciphers, o.groups, o.signature_schemes, o.signature_schemes_cert, o.alpn, o.extensions, o.ja3, o.ja4,
       coalesce((SELECT sum(k.sessions) FROM session_kind AS k WHERE k.offer_id = o.offer_id), 0) AS sessions
FROM client_offer AS o;

CREATE INDEX session_kind_by_offer ON session_kind (offer_id);
CREATE INDEX session_kind_failed ON session_kind (run_id) WHERE established = 0;

-- Sessions of one kind, counted: what rules about clients and failures read. client and server are clusters, or addresses where
-- none is known.
CREATE VIEW v_session_kind AS
SELECT k.run_id, r.site, k.kind, k.sessions, k.client, k.client_node, k.client_service, k.client_address, k.server, k.server_node,
       k.server_address, k.server_port, k.protocol, k.server_name, o.highest_version AS client_version_max, k.version, k.cipher,
       k.group_name, k.signature_scheme, k.server_key_type, k.server_certificate_sha256, k.client_certificate_sha256,
       k.client_certificate_requested, k.client_certificate_sent, k.resumed, k.established, k.alert_by, k.alert, k.inferred,
       k.hello_retry, o.ja3, k.ja3s, o.ja4, k.offer_id
FROM session_kind AS k
JOIN run AS r ON r.run_id = k.run_id
LEFT JOIN client_offer AS o ON o.offer_id = k.offer_id;

CREATE VIEW v_failed_session_kind AS
SELECT k.run_id, r.site, k.kind, k.sessions, k.client, k.client_node, k.client_service, k.client_address, k.server, k.server_node,
       k.server_address, k.server_port, k.protocol, k.server_name, o.highest_version AS client_version_max, k.version, k.cipher,
       k.server_key_type, k.server_certificate_sha256, k.client_certificate_sha256, k.client_certificate_sent, k.alert_by, k.alert,
       k.inferred, k.offer_id
FROM session_kind AS k
JOIN run AS r ON r.run_id = k.run_id
LEFT JOIN client_offer AS o ON o.offer_id = k.offer_id
WHERE k.established = 0;

CREATE VIEW v_hop AS
SELECT run_id, client, client_node, client_service, server, server_node, address, port, protocol, source, 0 AS sessions, 0 AS failures,
       0 AS midstream, security, dormant
FROM declared_hop
UNION ALL
SELECT run_id, client, client_node, client_service, server, server_node, server_address, server_port, protocol, 'observed',
       sum(sessions), sum(failures), sum(midstream), NULL, 0
FROM (SELECT run_id, client, client_node, client_service, server, server_node, server_address, server_port, protocol, sessions,
             CASE WHEN established = 0 OR alert_by IS NOT NULL THEN sessions ELSE 0 END AS failures, 0 AS midstream
      FROM session_kind
      UNION ALL
      SELECT run_id, client, client_node, client_service, server, server_node, server_address, server_port, protocol, 0, 0, flows
      FROM midstream)
GROUP BY run_id, client, client_node, client_service, server, server_node, server_address, server_port, protocol;
