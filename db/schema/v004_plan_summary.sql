-- How high a minimum TLS version can be set, today (wave 0) and after the last wave: what each version breaks that did not
-- break before. The empty cluster is the site.
CREATE TABLE forecast_minimum (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  wave INTEGER NOT NULL,
  version TEXT NOT NULL,
  breaks INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (run_id, cluster, wave, version)
) STRICT, WITHOUT ROWID;

-- Whose hops these are: a peer that lacks the version, or the cluster itself.
CREATE TABLE forecast_blocker (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  wave INTEGER NOT NULL,
  version TEXT NOT NULL,
  peer TEXT NOT NULL,
  hops INTEGER NOT NULL,
  PRIMARY KEY (run_id, cluster, wave, version, peer)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_minimum AS
SELECT m.run_id, nullif(m.cluster, '') AS cluster, m.wave, m.version, m.breaks, m.unknown,
       (SELECT group_concat(iif(b.peer = m.cluster, 'itself', b.peer) || ' (' || b.hops || ')', ', ') FROM forecast_blocker AS b
        WHERE b.run_id = m.run_id AND b.cluster = m.cluster AND b.wave = m.wave AND b.version = m.version) AS blocked_by
FROM forecast_minimum AS m;

-- What would settle a hop that is not known: a fact about one node, and how to get it.
CREATE TABLE forecast_evidence (
  run_id TEXT NOT NULL,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  fact TEXT NOT NULL,
  missing TEXT NOT NULL,
  path TEXT,
  minutes INTEGER,
  hops INTEGER NOT NULL,
  source TEXT,
  confidence TEXT,
  PRIMARY KEY (run_id, cluster, node, fact)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_evidence AS
SELECT run_id, cluster, node, fact, missing, path, minutes, hops, source, confidence FROM forecast_evidence;

-- A cluster brought back to where it stood before a wave, while its peers stand as after that wave (last = 0) or as after
-- the last one (last = 1): pairs of nodes that fare otherwise then.
CREATE VIEW v_rollback AS
WITH stand AS (
  SELECT m.run_id, m.wave, m.cluster, m.state_before, l.last,
         CASE l.last WHEN 0 THEN m.wave ELSE (SELECT max(w.wave) FROM forecast_wave AS w WHERE w.run_id = m.run_id) END AS at
  FROM forecast_move AS m CROSS JOIN (SELECT 0 AS last UNION ALL SELECT 1) AS l
)
SELECT s.run_id, s.wave, s.cluster, p.release, s.last, k.client, k.client_service, k.server, k.port, k.protocol, k.kind, k.pairs,
       back.outcome, back.reason,
       replace(replace(back.explanation, '{client}', k.client), '{server}', k.server) AS explanation
FROM stand AS s
JOIN forecast_state AS p ON p.run_id = s.run_id AND p.cluster = s.cluster AND p.state = s.state_before
JOIN forecast_link AS k ON k.run_id = s.run_id AND (k.client = s.cluster OR k.server = s.cluster)
JOIN forecast_standing AS a ON a.run_id = s.run_id AND a.cluster = k.client AND s.at BETWEEN a.first_wave AND a.last_wave
JOIN forecast_standing AS b ON b.run_id = s.run_id AND b.cluster = k.server AND s.at BETWEEN b.first_wave AND b.last_wave
JOIN forecast_cell AS now ON now.run_id = s.run_id AND now.kind = k.kind AND now.client_state = a.state AND now.server_state = b.state
JOIN forecast_cell AS back ON back.run_id = s.run_id AND back.kind = k.kind
  AND back.client_state = CASE k.client WHEN s.cluster THEN s.state_before ELSE a.state END
  AND back.server_state = CASE k.server WHEN s.cluster THEN s.state_before ELSE b.state END
WHERE back.outcome <> now.outcome;
