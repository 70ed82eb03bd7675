#include "db/certificate_rows.h"

#include <SQLiteCpp/Database.h>

#include <optional>

#include "core/digest.h"

namespace ucready::db {
namespace {

// 128 bits of a digest: more than enough to keep chains apart, half the size in every row.
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMostKnown = 4096;

}  // namespace

std::string chain_id(const std::vector<CertificatePtr>& certificates) {
  Sha256 digest;
  for (const CertificatePtr& certificate : certificates) digest.field(certificate->sha256);
  return to_hex(ByteView(digest.finish()).first(kIdBytes));
}

CertificateRows::CertificateRows(SQLite::Database& database)
    : insert_certificate_(
          database, "INSERT OR IGNORE INTO certificate VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_chain_link_(database, "INSERT OR IGNORE INTO chain VALUES (?, ?, ?)") {}

const std::string& CertificateRows::put_chain(const std::vector<CertificatePtr>& certificates) {
  std::string key;
  for (const CertificatePtr& certificate : certificates) key += certificate->sha256;
  if (const auto known = chains_.find(key); known != chains_.end()) return known->second;

  const std::string id = chain_id(certificates);
  std::int64_t position = 0;
  for (const CertificatePtr& certificate : certificates) {
    put(*certificate);
    insert_chain_link_.run(id, position++, certificate->sha256);
  }
  if (chains_.size() >= kMostKnown) chains_.clear();
  return chains_.emplace(std::move(key), id).first->second;
}

void CertificateRows::put(const Certificate& c) {
  if (certificates_.contains(c.sha256)) return;
  const bool read = c.defect.empty();
  const auto if_read = [read](auto value) { return read ? std::optional(value) : std::nullopt; };
  insert_certificate_.run(c.sha256, OrNull{c.defect}, OrNull{c.subject}, OrNull{c.issuer}, OrNull{c.serial},
                          OrNull{c.key_type}, c.key_bits > 0 ? std::optional(c.key_bits) : std::nullopt,
                          OrNull{c.curve}, OrNull{c.signature_algorithm}, OrNull{c.signature_hash},
                          OrNull{c.not_before}, OrNull{c.not_after}, OrNull{c.san}, OrNull{c.eku}, OrNull{c.key_usage},
                          if_read(c.is_ca), if_read(c.self_signed), c.der);
  if (certificates_.size() >= kMostKnown) certificates_.clear();
  certificates_.insert(c.sha256);
}

}  // namespace ucready::db
