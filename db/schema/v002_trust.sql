-- What is trusted where. A store is kept only where it is known whole; one without a row is unknown, one whose set is empty trusts
-- nothing. Nodes mostly hold the same: what a store holds is a set, kept once, and set_id is a digest of it (docs/database.md), so
-- that databases merge without renumbering. store = '' stands for every store of the node.
CREATE TABLE trust_store (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  store TEXT NOT NULL,
  set_id TEXT NOT NULL,
  PRIMARY KEY (run_id, cluster, node, store, set_id)
) STRICT, WITHOUT ROWID;

-- hash_algorithm and hash: of a certificate that a list names by its digest alone; sha256 is NULL where that is another one.
CREATE TABLE trust_set (
  set_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  sha256 TEXT,
  subject TEXT,
  roles TEXT,
  hash_algorithm TEXT,
  hash TEXT,
  PRIMARY KEY (set_id, n)
) STRICT, WITHOUT ROWID;

-- Chains that were declared of an interface or a client service, or of all of them (service '' and port 0).
CREATE TABLE declared_chain (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  service TEXT NOT NULL,
  port INTEGER NOT NULL,
  chain_id TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (run_id, cluster, node, service, port, chain_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_trust AS
SELECT s.run_id, s.cluster, s.node, s.store, e.source, e.kind, e.sha256, coalesce(c.subject, e.subject) AS subject, c.key_type,
       e.roles
FROM trust_store AS s
JOIN trust_set AS e ON e.set_id = s.set_id
LEFT JOIN certificate AS c ON c.sha256 = e.sha256;

-- Every chain that is known to be presented, scanned (service '') or declared (source is the file).
CREATE VIEW known_chain AS
SELECT i.run_id, i.cluster, i.node, '' AS service, i.port, i.address, o.chain_id, NULL AS source
FROM interface_chain AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n
UNION
SELECT run_id, cluster, node, service, port, NULL, chain_id, source
FROM declared_chain;
