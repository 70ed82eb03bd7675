-- When findings of runs that were pruned were first seen.
CREATE TABLE finding_first_seen (
  finding_id TEXT NOT NULL,
  site TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  PRIMARY KEY (finding_id, site)
) STRICT, WITHOUT ROWID;

DROP VIEW finding_history;

CREATE VIEW finding_history AS
SELECT f.finding_id, r.site,
       min(min(r.started_at), coalesce((SELECT k.first_seen FROM finding_first_seen AS k
                                        WHERE k.finding_id = f.finding_id AND k.site = r.site), min(r.started_at))) AS first_seen,
       max(r.started_at) AS last_seen
FROM finding AS f
JOIN run AS r ON r.run_id = f.run_id
GROUP BY f.finding_id, r.site;
