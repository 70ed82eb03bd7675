-- Exports that import runs read. A later import of the same kind of export of the same system takes the place of an earlier one: what
-- the earlier told no longer counts, and is still there to be compared with. cluster and node are '' where nobody could tell whose it is.
CREATE TABLE import_source (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  source TEXT NOT NULL,
  format TEXT NOT NULL,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  status TEXT NOT NULL,
  lines INTEGER NOT NULL,
  unknown_lines INTEGER NOT NULL,
  notes TEXT,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

-- Which export, and what it calls the hop: a trunk, a zone, a dial-peer. NULL where a site file declares it.
ALTER TABLE declared_hop ADD COLUMN name TEXT;
ALTER TABLE declared_hop ADD COLUMN origin TEXT;
ALTER TABLE declared_hop ADD COLUMN line INTEGER;
ALTER TABLE declared_chain ADD COLUMN line INTEGER;
ALTER TABLE declared_chain ADD COLUMN confidence TEXT NOT NULL DEFAULT 'declared';

CREATE VIEW v_import AS
SELECT i.run_id, r.site, i.source, i.format, i.cluster, i.node, i.status, i.lines, i.unknown_lines, i.notes
FROM import_source AS i
JOIN run AS r ON r.run_id = i.run_id;

CREATE VIEW v_hop_origin AS
SELECT run_id, client, client_node, client_service, server, server_node, address, port, protocol, security, dormant,
       name AS label, origin AS source, line
FROM declared_hop
WHERE origin IS NOT NULL;

-- The exports that count: of each kind of export of each system the newest run's.
CREATE VIEW live_import AS
SELECT i.run_id, i.source, r.site
FROM import_source AS i
JOIN run AS r ON r.run_id = i.run_id
WHERE i.run_id = (SELECT max(j.run_id) FROM import_source AS j JOIN run AS q ON q.run_id = j.run_id
                  WHERE q.site = r.site AND j.cluster = i.cluster AND j.node = i.node AND j.format = i.format)
GROUP BY i.run_id, i.source;
CREATE INDEX import_source_by_system ON import_source (cluster, node, format);
