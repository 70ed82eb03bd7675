-- Offers that were brought from another database: runs of kind `profile`. The hellos themselves are in client_offer.
CREATE TABLE profile_offer (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  client TEXT NOT NULL,
  client_node TEXT NOT NULL,
  client_service TEXT NOT NULL,
  protocol TEXT NOT NULL,
  sessions INTEGER NOT NULL,
  offer_id TEXT NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;
