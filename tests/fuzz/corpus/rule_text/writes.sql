-- id: a
-- severity: low
-- title: T
-- remedy: R
UPDATE run SET status = :run_id RETURNING site