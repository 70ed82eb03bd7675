-- The order in which a site file names certificates; without it a forecast would follow the order of their digests.
ALTER TABLE declared_chain ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
