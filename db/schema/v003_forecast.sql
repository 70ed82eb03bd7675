-- What a plan forecasts. An outcome hangs on the states of a hop's two ends alone, so it is kept once for each pair of states
-- (forecast_cell); forecast_step says in which state a cluster is before and after each wave, and v_forecast joins the two.

CREATE TABLE forecast_state (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  state INTEGER NOT NULL,
  release TEXT,
  change TEXT,
  PRIMARY KEY (run_id, cluster, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_step (
  run_id TEXT NOT NULL,
  wave INTEGER NOT NULL,
  cluster TEXT NOT NULL,
  state_before INTEGER NOT NULL,
  state_after INTEGER NOT NULL,
  PRIMARY KEY (run_id, cluster, wave)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_hop (
  run_id TEXT NOT NULL,
  hop INTEGER NOT NULL,
  client TEXT NOT NULL,
  client_node TEXT NOT NULL,
  client_service TEXT,
  server TEXT NOT NULL,
  server_node TEXT NOT NULL,
  address TEXT,
  port INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  dormant INTEGER NOT NULL,
  PRIMARY KEY (run_id, hop)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_cell (
  run_id TEXT NOT NULL,
  hop INTEGER NOT NULL,
  client_state INTEGER NOT NULL,
  server_state INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  version TEXT,
  cipher TEXT,
  certificate_key_type TEXT,
  certificate_sha256 TEXT,
  confidence TEXT NOT NULL,
  grade TEXT,
  explanation TEXT NOT NULL,
  PRIMARY KEY (run_id, hop, client_state, server_state)
) STRICT, WITHOUT ROWID;

CREATE TABLE mend (
  run_id TEXT NOT NULL,
  mend_id TEXT NOT NULL,
  what TEXT NOT NULL,
  target TEXT NOT NULL,
  before_wave INTEGER NOT NULL,
  saves INTEGER NOT NULL,
  breaks INTEGER NOT NULL,
  restarts TEXT,
  precondition TEXT,
  path TEXT,
  verify TEXT,
  undo TEXT,
  PRIMARY KEY (run_id, mend_id)
) STRICT, WITHOUT ROWID;

-- transient: a mixed cell inside a wave, while some nodes are done and others are not.
CREATE VIEW v_forecast AS
SELECT h.run_id, a.wave, h.client, h.client_node, h.client_service, h.server, h.server_node, h.address, h.port, h.protocol,
       p.release AS client_release, q.release AS server_release, c.outcome, c.reason, c.version, c.cipher, c.certificate_key_type,
       c.certificate_sha256, c.confidence, c.grade,
       CASE WHEN c.client_state = a.state_after AND c.server_state = b.state_after THEN 0 ELSE 1 END AS transient, c.explanation
FROM forecast_hop AS h
JOIN forecast_step AS a ON a.run_id = h.run_id AND a.cluster = h.client
JOIN forecast_step AS b ON b.run_id = h.run_id AND b.cluster = h.server AND b.wave = a.wave
JOIN forecast_cell AS c ON c.run_id = h.run_id AND c.hop = h.hop AND c.client_state BETWEEN a.state_before AND a.state_after
  AND c.server_state BETWEEN b.state_before AND b.state_after
JOIN forecast_state AS p ON p.run_id = h.run_id AND p.cluster = h.client AND p.state = c.client_state
JOIN forecast_state AS q ON q.run_id = h.run_id AND q.cluster = h.server AND q.state = c.server_state
WHERE c.client_state = a.state_after AND c.server_state = b.state_after
   OR NOT (c.client_state = a.state_before AND c.server_state = b.state_before);

CREATE VIEW v_mend AS
SELECT run_id, mend_id, what, target, before_wave, saves, breaks, restarts, precondition, path, verify, undo
FROM mend;
