-- What servers answered to the offers of clients, sent in the clients' place: runs of kind `replay`. n is that of
-- v001_interfaces.sql; one answer stands for all clients that make the same offer.
CREATE TABLE offer_answer (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  answer_n INTEGER NOT NULL,
  offer_id TEXT NOT NULL,
  server_name TEXT,
  outcome TEXT NOT NULL,
  version TEXT,
  cipher TEXT,
  group_name TEXT,
  dh_bits INTEGER,
  signature_scheme TEXT,
  secure_renegotiation INTEGER,
  key_type TEXT,
  chain_id TEXT,
  certificate_sha256 TEXT,
  client_certificate_requested INTEGER,
  alert TEXT,
  detail TEXT,
  PRIMARY KEY (run_id, n, answer_n)
) STRICT, WITHOUT ROWID;

CREATE TABLE offer_answer_client (
  run_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  answer_n INTEGER NOT NULL,
  client TEXT NOT NULL,
  client_node TEXT NOT NULL,
  client_service TEXT NOT NULL,
  client_release TEXT,
  PRIMARY KEY (run_id, n, answer_n, client, client_node, client_service)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_offer_answer AS
SELECT a.run_id, c.client, c.client_node, c.client_service, i.site, i.cluster, i.node, i.address, i.port, i.protocol, a.offer_id,
       a.server_name, a.outcome, a.version, a.cipher, a.group_name, a.dh_bits,
       a.signature_scheme, a.secure_renegotiation, a.key_type, a.certificate_sha256, l.subject,
       a.client_certificate_requested, a.alert, a.detail
FROM offer_answer AS a
JOIN interface AS i ON i.run_id = a.run_id AND i.n = a.n
JOIN offer_answer_client AS c ON c.run_id = a.run_id AND c.n = a.n AND c.answer_n = a.answer_n
LEFT JOIN certificate AS l ON l.sha256 = a.certificate_sha256;
