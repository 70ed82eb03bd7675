-- A session's row is a few integers: the number of its source stands for run and name, and rows are only appended. What version 2
-- kept is carried over.
DROP VIEW v_session;
ALTER TABLE capture_source RENAME TO capture_source_2;
ALTER TABLE session RENAME TO session_2;
ALTER TABLE session_bytes RENAME TO session_bytes_2;

-- A file or an interface that a run read.
CREATE TABLE capture_source (
  source INTEGER NOT NULL PRIMARY KEY,
  run_id TEXT NOT NULL,
  name TEXT NOT NULL
) STRICT;
CREATE INDEX capture_source_by_run ON capture_source (run_id);

-- started_us: microseconds since 1970.
CREATE TABLE session (
  n INTEGER NOT NULL PRIMARY KEY,
  source INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  started_us INTEGER NOT NULL,
  client_port INTEGER NOT NULL
) STRICT;

-- Of a session that failed: its handshake as the two sides sent it. docs/database.md says how the bytes are laid out.
CREATE TABLE session_bytes (
  n INTEGER NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

INSERT INTO capture_source SELECT row_number() OVER (ORDER BY run_id, n), run_id, name FROM capture_source_2;
INSERT INTO session
SELECT row_number() OVER (ORDER BY s.run_id, s.n), c.source, s.kind, s.started_us, s.client_port
FROM session_2 AS s
JOIN (SELECT row_number() OVER (ORDER BY run_id, n) AS source, run_id, n FROM capture_source_2) AS c
  ON c.run_id = s.run_id AND c.n = s.source;
INSERT INTO session_bytes
SELECT s.row, b.bytes
FROM session_bytes_2 AS b
JOIN (SELECT row_number() OVER (ORDER BY t.run_id, t.n) AS row, t.run_id, t.n
      FROM session_2 AS t JOIN capture_source_2 AS c ON c.run_id = t.run_id AND c.n = t.source) AS s
  ON s.run_id = b.run_id AND s.n = b.n;
DROP TABLE session_bytes_2;
DROP TABLE session_2;
DROP TABLE capture_source_2;

CREATE VIEW v_session AS
SELECT f.run_id, f.name AS source,
       strftime('%Y-%m-%dT%H:%M:%S', s.started_us / 1000000, 'unixepoch') || printf('.%06dZ', s.started_us % 1000000) AS started_at,
       k.client_address, s.client_port, k.server_address, k.server_port, k.protocol, k.server_name,
       o.highest_version AS client_version_max, k.version, k.cipher, k.group_name, k.signature_scheme, k.server_key_type,
       k.server_certificate_sha256, k.client_certificate_sha256, k.client_certificate_requested, k.resumed, k.established, k.alert_by,
       k.alert, k.inferred, k.hello_retry, o.ja3, k.ja3s, o.ja4, k.offer_id
FROM session AS s
JOIN capture_source AS f ON f.source = s.source
JOIN session_kind AS k ON k.run_id = f.run_id AND k.kind = s.kind
LEFT JOIN client_offer AS o ON o.offer_id = k.offer_id;
