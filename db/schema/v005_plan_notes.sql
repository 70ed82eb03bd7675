-- What a plan says besides its hops: how many it leaves out because they carry no TLS, and its remarks for people.
CREATE TABLE forecast_left_out (
  run_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  hops INTEGER NOT NULL,
  PRIMARY KEY (run_id, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_note (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_plan_note AS
SELECT run_id, n, text FROM forecast_note;

-- Of each store the newest run counts that read what a system holds, an export or a list that it loads; else the newest that told.
CREATE VIEW newest_store AS
SELECT site, cluster, node, store, run_id, set_id
FROM (SELECT r.site, s.cluster, s.node, s.store, s.run_id, s.set_id,
             rank() OVER (PARTITION BY r.site, s.cluster, s.node, s.store ORDER BY r.kind = 'import' OR EXISTS (SELECT 1 FROM trust_list AS f WHERE f.run_id = s.run_id) DESC,
                             s.run_id DESC) AS age
      FROM trust_store AS s
      JOIN run AS r ON r.run_id = s.run_id)
WHERE age = 1;
