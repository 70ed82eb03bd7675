#include "db/trust_rows.h"

#include "core/digest.h"

namespace ucready::db {
namespace {

constexpr std::size_t kIdBytes = 16;

std::string kind_of(const TrustedCertificate& entry) { return entry.pinned ? "pinned" : "ca"; }

std::string sha256_of(const TrustedCertificate& entry) {
  if (entry.certificate) return entry.certificate->sha256;
  return entry.hash_algorithm == "sha256" ? entry.hash : "";
}

std::string subject_of(const TrustedCertificate& entry) {
  return entry.certificate ? entry.certificate->subject : entry.subject;
}

}  // namespace

std::string trust_set_id(const std::vector<TrustedCertificate>& entries) {
  Sha256 digest;
  for (const TrustedCertificate& entry : entries) {
    for (const std::string& field : {entry.source, kind_of(entry), sha256_of(entry), subject_of(entry), entry.roles,
                                     entry.hash_algorithm, entry.hash}) {
      digest.field(field);
    }
  }
  return to_hex(ByteView(digest.finish()).first(kIdBytes));
}

TrustRows::TrustRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates)
    : run_id_(std::move(run_id)),
      certificates_(certificates),
      insert_store_(database, "INSERT OR IGNORE INTO trust_store VALUES (?, ?, ?, ?, ?)"),
      insert_entry_(database, "INSERT OR IGNORE INTO trust_set VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_chain_(database, "INSERT OR IGNORE INTO declared_chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

void TrustRows::put(const TrustObservation& observation) {
  const std::string set_id = trust_set_id(observation.entries);
  if (sets_.insert(set_id).second) put_set(set_id, observation.entries);
  insert_store_.run(run_id_, observation.cluster, observation.node, observation.store, set_id);
}

void TrustRows::put_set(const std::string& set_id, const std::vector<TrustedCertificate>& entries) {
  std::int64_t n = 0;
  for (const TrustedCertificate& entry : entries) {
    if (entry.certificate) certificates_.put(*entry.certificate);
    const std::string sha256 = sha256_of(entry);
    const std::string subject = subject_of(entry);
    insert_entry_.run(set_id, n++, entry.source, kind_of(entry), OrNull{sha256}, OrNull{subject}, OrNull{entry.roles},
                      OrNull{entry.hash_algorithm}, OrNull{entry.hash});
  }
}

void TrustRows::put(const DeclaredChain& chain) {
  if (chain.certificates.empty()) return;
  insert_chain_.run(run_id_, chain.cluster, chain.node, chain.service, chain.port,
                    certificates_.put_chain(chain.certificates), chain.source, chains_++,
                    chain.line > 0 ? std::optional(chain.line) : std::nullopt, std::string(to_text(chain.confidence)),
                    OrNull{chain.protocol});
}

}  // namespace ucready::db
