-- What depth `full` sees of an interface besides its versions. Keys and n are those of v001_interfaces.sql.

CREATE TABLE interface_cipher (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  version TEXT NOT NULL,
  cipher TEXT NOT NULL,
  position INTEGER,
  dh_bits INTEGER,
  PRIMARY KEY (run_id, n, version, cipher)
) STRICT, WITHOUT ROWID;

CREATE TABLE interface_group (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  version TEXT NOT NULL,
  group_name TEXT NOT NULL,
  position INTEGER,
  PRIMARY KEY (run_id, n, version, group_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE interface_signature_scheme (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  version TEXT NOT NULL,
  scheme TEXT NOT NULL,
  PRIMARY KEY (run_id, n, version, scheme)
) STRICT, WITHOUT ROWID;

CREATE TABLE interface_trait (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  version TEXT NOT NULL,
  trait TEXT NOT NULL,
  value INTEGER,
  detail TEXT,
  PRIMARY KEY (run_id, n, version, trait)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_interface_cipher AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.cipher, o.position, o.dh_bits
FROM interface_cipher AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n;

CREATE VIEW v_interface_group AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.group_name, o.position
FROM interface_group AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n;

CREATE VIEW v_interface_signature_scheme AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.scheme
FROM interface_signature_scheme AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n;

CREATE VIEW v_interface_trait AS
SELECT i.run_id, i.site, i.cluster, i.node, i.address, i.port, i.protocol, o.version, o.trait, o.value, o.detail
FROM interface_trait AS o
JOIN interface AS i ON i.run_id = o.run_id AND i.n = o.n;
