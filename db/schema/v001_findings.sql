-- What rules concluded from a run. finding_id is the same from run to run for the same thing.

CREATE TABLE finding (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  finding_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  site TEXT NOT NULL,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  address TEXT,
  port INTEGER,
  protocol TEXT,
  hop_client TEXT,
  hop_server TEXT,
  wave INTEGER,
  title TEXT NOT NULL,
  evidence TEXT,
  remedy TEXT,
  confidence TEXT NOT NULL,
  PRIMARY KEY (run_id, finding_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX finding_by_id ON finding (finding_id);

CREATE TABLE waiver (
  finding_id TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL,
  until TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW v_finding AS
SELECT f.run_id, f.finding_id, f.rule, f.severity, f.site, f.cluster, f.node, f.address, f.port, f.protocol, f.hop_client,
       f.hop_server, f.wave, f.title, f.evidence, f.remedy, f.confidence, w.until AS waived_until
FROM finding AS f
LEFT JOIN waiver AS w ON w.finding_id = f.finding_id;

CREATE VIEW finding_history AS
SELECT f.finding_id, r.site, min(r.started_at) AS first_seen, max(r.started_at) AS last_seen
FROM finding AS f
JOIN run AS r ON r.run_id = f.run_id
GROUP BY f.finding_id, r.site;
