-- Runs, and what each was told or found out about clusters, nodes, services and interfaces.
-- Identity columns (site, cluster, node, service) are '' and port is 0 where a fact is not so narrow; the views show the rest as NULL.

CREATE TABLE run (
  run_id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  site TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  status TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  arguments TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a fact; two sources that disagree are two rows. n counts the facts of a run in the order they came.
CREATE TABLE fact (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  service TEXT NOT NULL,
  port INTEGER NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  value TEXT NOT NULL,
  confidence TEXT NOT NULL,
  source TEXT,
  line INTEGER,
  PRIMARY KEY (run_id, cluster, node, service, port, name, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_step (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  n INTEGER NOT NULL,
  wave INTEGER NOT NULL,
  date TEXT,
  kind TEXT NOT NULL,
  cluster TEXT NOT NULL,
  setting TEXT,
  value TEXT,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

-- Of the facts about one thing the surest counts, of equally sure ones the last. SQLite takes the other columns from the row
-- that has the maximum (lang_select.html, "Bare columns in an aggregate query").
CREATE VIEW effective_fact AS
SELECT run_id, cluster, node, service, port, name, value, confidence, source, line,
       max(CASE confidence WHEN 'observed' THEN 4 WHEN 'imported' THEN 3 WHEN 'declared' THEN 2 WHEN 'assumed' THEN 1 ELSE 0 END
           * 4294967296 + n) AS weight
FROM fact
GROUP BY run_id, cluster, node, service, port, name;

CREATE VIEW v_run AS
SELECT run_id, kind, site, started_at, finished_at, status, tool_version, arguments
FROM run;

-- A cluster of which only nodes are known to run a release runs it too, when they all agree.
CREATE VIEW v_cluster AS
SELECT f.run_id, r.site, f.cluster,
       max(f.value) FILTER (WHERE f.node = '' AND f.name = 'product') AS product,
       max(f.value) FILTER (WHERE f.node = '' AND f.name = 'model') AS model,
       coalesce(max(f.value) FILTER (WHERE f.node = '' AND f.name = 'release'),
                CASE WHEN min(f.value) FILTER (WHERE f.node <> '' AND f.name = 'release')
                          = max(f.value) FILTER (WHERE f.node <> '' AND f.name = 'release')
                     THEN min(f.value) FILTER (WHERE f.node <> '' AND f.name = 'release') END) AS release,
       max(f.value) FILTER (WHERE f.node = '' AND f.name = 'target') AS target,
       CAST(max(f.value) FILTER (WHERE f.node = '' AND f.name = 'count') AS INTEGER) AS count
FROM effective_fact AS f
JOIN run AS r ON r.run_id = f.run_id
WHERE f.cluster <> '' AND f.service = '' AND f.port = 0
GROUP BY f.run_id, f.cluster;

CREATE VIEW v_node AS
SELECT f.run_id, r.site, f.cluster, f.node,
       max(f.value) FILTER (WHERE f.name = 'address') AS address,
       max(f.value) FILTER (WHERE f.name = 'role') AS role,
       coalesce(max(f.value) FILTER (WHERE f.name = 'release'),
                (SELECT c.value FROM effective_fact AS c
                 WHERE c.run_id = f.run_id AND c.cluster = f.cluster AND c.node = '' AND c.service = '' AND c.port = 0
                   AND c.name = 'release')) AS release
FROM effective_fact AS f
JOIN run AS r ON r.run_id = f.run_id
WHERE f.node <> '' AND f.service = '' AND f.port = 0
GROUP BY f.run_id, f.cluster, f.node;

CREATE VIEW v_setting AS
SELECT f.run_id, r.site, f.cluster, f.node, nullif(f.service, '') AS service, nullif(f.port, 0) AS port, f.name, f.value,
       f.confidence, f.source, f.line
FROM fact AS f
JOIN run AS r ON r.run_id = f.run_id;

CREATE VIEW v_order AS
SELECT run_id, wave, date, kind, cluster, setting, value
FROM order_step;
