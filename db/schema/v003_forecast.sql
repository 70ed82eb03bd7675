-- What a plan forecasts. An outcome hangs on the states of a hop's two ends alone, and hops between ends that no fact tells
-- apart are of one kind: a cell is kept once for each kind and pair of states (forecast_cell). How long a cluster stands in
-- a state (forecast_standing) and what moves in a wave (forecast_move) are kept once for each cluster. v_forecast joins them.

CREATE TABLE forecast_state (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  state INTEGER NOT NULL,
  release TEXT,
  change TEXT,
  PRIMARY KEY (run_id, cluster, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_wave (
  run_id TEXT NOT NULL,
  wave INTEGER NOT NULL,
  date TEXT,
  PRIMARY KEY (run_id, wave)
) STRICT, WITHOUT ROWID;

-- After each of these waves, the first and the last among them, the cluster is in that state.
CREATE TABLE forecast_standing (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  state INTEGER NOT NULL,
  first_wave INTEGER NOT NULL,
  last_wave INTEGER NOT NULL,
  PRIMARY KEY (run_id, cluster, first_wave)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecast_move (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  wave INTEGER NOT NULL,
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
  kind INTEGER NOT NULL,
  PRIMARY KEY (run_id, hop)
) STRICT, WITHOUT ROWID;

-- The hops of one kind between two clusters, counted; of_pairs: those of all kinds between the same two faces.
CREATE TABLE forecast_link (
  run_id TEXT NOT NULL,
  client TEXT NOT NULL,
  client_service TEXT NOT NULL,
  server TEXT NOT NULL,
  port INTEGER NOT NULL,
  protocol TEXT NOT NULL,
  kind INTEGER NOT NULL,
  pairs INTEGER NOT NULL,
  of_pairs INTEGER NOT NULL,
  first_hop INTEGER NOT NULL,
  PRIMARY KEY (run_id, client, client_service, server, port, protocol, kind)
) STRICT, WITHOUT ROWID;

-- In explanations {client} and {server} stand for the two ends.
CREATE TABLE forecast_cell (
  run_id TEXT NOT NULL,
  kind INTEGER NOT NULL,
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
  PRIMARY KEY (run_id, kind, client_state, server_state)
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
  impact INTEGER NOT NULL,
  chosen INTEGER NOT NULL,
  undo_breaks INTEGER NOT NULL,
  source TEXT,
  confidence TEXT,
  PRIMARY KEY (run_id, mend_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW forecast_step AS
SELECT s.run_id, w.wave, s.cluster,
       coalesce((SELECT m.state_before FROM forecast_move AS m
                 WHERE m.run_id = s.run_id AND m.cluster = s.cluster AND m.wave = w.wave), s.state) AS state_before,
       s.state AS state_after
FROM forecast_standing AS s
JOIN forecast_wave AS w ON w.run_id = s.run_id AND w.wave BETWEEN s.first_wave AND s.last_wave;

-- transient: a mixed cell inside a wave, while some nodes are done and others are not.
CREATE VIEW v_forecast AS
SELECT h.run_id, a.wave, h.client, h.client_node, h.client_service, h.server, h.server_node, h.address, h.port, h.protocol,
       p.release AS client_release, q.release AS server_release, c.outcome, c.reason, c.version, c.cipher, c.certificate_key_type,
       c.certificate_sha256, c.confidence, c.grade,
       CASE WHEN c.client_state = a.state_after AND c.server_state = b.state_after THEN 0 ELSE 1 END AS transient,
       replace(replace(c.explanation, '{client}', h.client || CASE h.client_node WHEN '' THEN '' ELSE '/' || h.client_node END),
               '{server}', h.server || CASE h.server_node WHEN '' THEN '' ELSE '/' || h.server_node END) AS explanation
FROM forecast_hop AS h
JOIN forecast_step AS a ON a.run_id = h.run_id AND a.cluster = h.client
JOIN forecast_step AS b ON b.run_id = h.run_id AND b.cluster = h.server AND b.wave = a.wave
JOIN forecast_cell AS c ON c.run_id = h.run_id AND c.kind = h.kind AND c.client_state BETWEEN a.state_before AND a.state_after
  AND c.server_state BETWEEN b.state_before AND b.state_after
JOIN forecast_state AS p ON p.run_id = h.run_id AND p.cluster = h.client AND p.state = c.client_state
JOIN forecast_state AS q ON q.run_id = h.run_id AND q.cluster = h.server AND q.state = c.server_state
WHERE c.client_state = a.state_after AND c.server_state = b.state_after
   OR NOT (c.client_state = a.state_before AND c.server_state = b.state_before);

-- v_forecast's rows that are not transient, for whole clusters: how many pairs of nodes are so, and from which wave to which.
CREATE VIEW v_forecast_link AS
SELECT l.run_id, l.client, l.client_service, l.server, l.port, l.protocol, l.kind, l.pairs, l.of_pairs,
       max(a.first_wave, b.first_wave) AS first_wave, min(a.last_wave, b.last_wave) AS last_wave, c.outcome, c.reason,
       c.version, c.cipher, c.certificate_key_type, c.certificate_sha256, c.confidence, c.grade,
       replace(replace(c.explanation, '{client}', h.client || CASE h.client_node WHEN '' THEN '' ELSE '/' || h.client_node END),
               '{server}', h.server || CASE h.server_node WHEN '' THEN '' ELSE '/' || h.server_node END) AS explanation
FROM forecast_link AS l
JOIN forecast_standing AS a ON a.run_id = l.run_id AND a.cluster = l.client
JOIN forecast_standing AS b ON b.run_id = l.run_id AND b.cluster = l.server
  AND b.first_wave <= a.last_wave AND b.last_wave >= a.first_wave
JOIN forecast_cell AS c ON c.run_id = l.run_id AND c.kind = l.kind AND c.client_state = a.state AND c.server_state = b.state
JOIN forecast_hop AS h ON h.run_id = l.run_id AND h.hop = l.first_hop;

CREATE VIEW v_mend AS
SELECT run_id, mend_id, what, target, before_wave, saves, breaks, restarts, precondition, path, verify, undo, impact, chosen,
       undo_breaks, source, confidence
FROM mend;
