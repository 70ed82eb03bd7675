-- id: a
-- severity: low
-- title: T
-- remedy: R
SELECT :run_id AS subject; DELETE FROM run