-- id: a
-- severity: low
-- title: T
-- remedy: R
--   more
SELECT group_concat(value) AS evidence, zeroblob(100000000) AS subject FROM v_setting WHERE run_id = :run_id
