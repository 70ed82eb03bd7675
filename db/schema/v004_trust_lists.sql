-- The trust lists (CTL, ITL) that a scan fetched, as bytes: whoever reads them later need not ask again. Nodes mostly have lists of
-- their own, runs mostly the same ones: bytes are kept once.
CREATE TABLE trust_list (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, n, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE trust_list_bytes (
  sha256 TEXT NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE VIEW fetched_trust_list AS
SELECT t.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, t.name, t.source, t.sha256, length(b.bytes) AS size, b.bytes
FROM trust_list AS t
JOIN interface AS i ON i.run_id = t.run_id AND i.n = t.n
JOIN trust_list_bytes AS b ON b.sha256 = t.sha256;
