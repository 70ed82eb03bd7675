#include "db/depth_rows.h"

namespace ucready::db {

DepthRows::DepthRows(SQLite::Database& database)
    : insert_cipher_(database, "INSERT OR REPLACE INTO interface_cipher VALUES (?, ?, ?, ?, ?, ?)"),
      insert_group_(database, "INSERT OR REPLACE INTO interface_group VALUES (?, ?, ?, ?, ?)"),
      insert_scheme_(database, "INSERT OR REPLACE INTO interface_signature_scheme VALUES (?, ?, ?, ?)"),
      insert_trait_(database, "INSERT OR REPLACE INTO interface_trait VALUES (?, ?, ?, ?, ?, ?)"),
      delete_{RowInsert(database, "DELETE FROM interface_cipher WHERE run_id = ? AND n = ?"),
              RowInsert(database, "DELETE FROM interface_group WHERE run_id = ? AND n = ?"),
              RowInsert(database, "DELETE FROM interface_signature_scheme WHERE run_id = ? AND n = ?"),
              RowInsert(database, "DELETE FROM interface_trait WHERE run_id = ? AND n = ?")} {}

void DepthRows::put(const std::string& run_id, std::int64_t n, const InterfaceObservation& o) {
  for (const CipherObservation& cipher : o.ciphers) {
    insert_cipher_.run(run_id, n, tls::name(cipher.version), tls::name(cipher.suite), cipher.position, cipher.dh_bits);
  }
  for (const GroupObservation& group : o.groups) {
    insert_group_.run(run_id, n, tls::name(group.version), tls::name(group.group), group.position);
  }
  for (const SchemeObservation& scheme : o.schemes) {
    insert_scheme_.run(run_id, n, tls::name(scheme.version), tls::name(scheme.scheme));
  }
  for (const TraitObservation& trait : o.traits) {
    insert_trait_.run(run_id, n, tls::name(trait.version), trait.name, trait.value, OrNull{trait.detail});
  }
}

void DepthRows::remove(const std::string& run_id, std::int64_t n) {
  for (RowInsert& row : delete_) row.run(run_id, n);
}

}  // namespace ucready::db
