-- Every link was looked at for every cluster that moves; a site of ten thousand clusters took half its time for that.
DROP VIEW v_rollback;

-- A cluster brought back to where it stood before a wave, while its peers stand as after that wave (last = 0) or as after
-- the last one (last = 1): pairs of nodes that fare otherwise then.
CREATE VIEW v_rollback AS
WITH mover AS (  -- Each link with each of its ends, and the moves of that end.
  SELECT k.run_id, k.client, k.client_service, k.server, k.port, k.protocol, k.kind, k.pairs, m.cluster, m.wave, m.state_before
  FROM forecast_link AS k
  CROSS JOIN forecast_move AS m ON m.run_id = k.run_id AND m.cluster = k.client
  UNION ALL
  SELECT k.run_id, k.client, k.client_service, k.server, k.port, k.protocol, k.kind, k.pairs, m.cluster, m.wave, m.state_before
  FROM forecast_link AS k
  CROSS JOIN forecast_move AS m ON m.run_id = k.run_id AND m.cluster = k.server
  WHERE k.server <> k.client
),
stand AS (
  SELECT m.*, l.last,
         CASE l.last WHEN 0 THEN m.wave ELSE (SELECT max(w.wave) FROM forecast_wave AS w WHERE w.run_id = m.run_id) END AS at
  FROM mover AS m CROSS JOIN (SELECT 0 AS last UNION ALL SELECT 1) AS l
)
SELECT s.run_id, s.wave, s.cluster, p.release, s.last, s.client, s.client_service, s.server, s.port, s.protocol, s.kind, s.pairs,
       back.outcome, back.reason,
       replace(replace(back.explanation, '{client}', s.client), '{server}', s.server) AS explanation
FROM stand AS s
JOIN forecast_state AS p ON p.run_id = s.run_id AND p.cluster = s.cluster AND p.state = s.state_before
JOIN forecast_standing AS a ON a.run_id = s.run_id AND a.cluster = s.client AND s.at BETWEEN a.first_wave AND a.last_wave
JOIN forecast_standing AS b ON b.run_id = s.run_id AND b.cluster = s.server AND s.at BETWEEN b.first_wave AND b.last_wave
JOIN forecast_cell AS now ON now.run_id = s.run_id AND now.kind = s.kind AND now.client_state = a.state AND now.server_state = b.state
JOIN forecast_cell AS back ON back.run_id = s.run_id AND back.kind = s.kind
  AND back.client_state = CASE s.client WHEN s.cluster THEN s.state_before ELSE a.state END
  AND back.server_state = CASE s.server WHEN s.cluster THEN s.state_before ELSE b.state END
WHERE back.outcome <> now.outcome;
