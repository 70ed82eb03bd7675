-- id: a
-- severity: low
-- title: T
-- remedy: R
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS subject FROM n WHERE :run_id <> ''