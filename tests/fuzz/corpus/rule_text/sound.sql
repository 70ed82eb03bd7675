-- id: weak-key
-- severity: high
-- title: Key is short
-- remedy: Make a longer one,
--   then upload it.
-- Why: see the guide.
SELECT cluster, node, port, 'short' AS evidence FROM v_interface WHERE run_id = :run_id
