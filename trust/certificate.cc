#include "trust/certificate.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <string_view>

#include "trust/certificate_algorithms.h"
#include "trust/certificate_extensions.h"
#include "trust/certificate_fields.h"
#include "trust/certificate_text.h"
#include "trust/digest.h"
#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
// Verifying a signature costs the square of the key's size; beyond this libcrypto refuses RSA too.
constexpr int kMostKeyBits = 16384;

bool signed_by_own_key(const Certificate& certificate) {
  if (certificate.subject != certificate.issuer || certificate.key_bits > kMostKeyBits) return false;
  const unsigned char* at = certificate.der.data();
  const X509Handle whole(d2i_X509(nullptr, &at, static_cast<long>(certificate.der.size())));
  if (!whole || X509_NAME_cmp(X509_get_subject_name(whole.get()), X509_get_issuer_name(whole.get())) != 0) return false;
  EVP_PKEY* const key = X509_get0_pubkey(whole.get());
  return key != nullptr && X509_verify(whole.get(), key) == 1;
}

// Fills all but the bytes and the digest; the defect is given back, empty when there is none.
std::string read_fields(Certificate& certificate) {
  std::size_t unread = 0;
  const CertificateFieldsHandle fields = read_certificate_fields(certificate.der, unread);
  if (!fields) return "no X.509 certificate";
  if (unread > 0) return "bytes after the end of the certificate: " + std::to_string(unread);
  const SignedFields& body = *fields->body;
  if (std::string defect = read_extensions(body.extensions, certificate); !defect.empty()) return defect;
  certificate.serial = serial_text(body.serial);
  certificate.issuer = name_text(body.issuer);
  certificate.subject = name_text(body.subject);
  certificate.not_before = time_text(body.validity->not_before);
  certificate.not_after = time_text(body.validity->not_after);
  read_key(*body.subject_key, certificate);
  read_signature_algorithm(*fields->signature_algorithm, certificate);
  certificate.self_signed = signed_by_own_key(certificate);
  return {};
}

CertificatePtr read_with_digest(ByteView der, std::string sha256) {
  const ErrorQueueGuard guard;
  const ByteView kept = der.first(std::min(der.size(), kMostBytes));
  auto certificate = std::make_shared<Certificate>();
  certificate->der.assign(kept.begin(), kept.end());
  certificate->sha256 = std::move(sha256);
  std::string defect = der.size() > kMostBytes ? "longer than 64 kB; cut there" : read_fields(*certificate);
  if (!defect.empty()) {
    auto unread = std::make_shared<Certificate>();
    unread->der = std::move(certificate->der);
    unread->sha256 = std::move(certificate->sha256);
    unread->defect = std::move(defect);
    return unread;
  }
  return certificate;
}

}  // namespace

CertificatePtr read_certificate(ByteView der) {
  return read_with_digest(der, to_hex(sha256(der.first(std::min(der.size(), kMostBytes)))));
}

std::string read_name(ByteView der) {
  const ErrorQueueGuard guard;
  const unsigned char* at = der.data();
  const NameHandle name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  const bool whole = name && at == der.data() + der.size();
  return whole ? name_text(name.get()) : "#" + to_hex(der);
}

CertificatePtr CertificateCache::read(ByteView der) {
  const ByteView kept = der.first(std::min(der.size(), kMostBytes));
  const Digest digest = sha256(kept);
  const std::string key(as_text(digest));
  if (const auto found = newer_.find(key); found != newer_.end() && found->second->der.size() == der.size()) {
    return found->second;
  }
  CertificatePtr certificate;
  if (const auto found = older_.find(key); found != older_.end() && found->second->der.size() == der.size()) {
    certificate = found->second;
  } else {
    certificate = read_with_digest(der, to_hex(digest));
  }
  keep(key, certificate);
  return certificate;
}

void CertificateCache::keep(const std::string& digest, const CertificatePtr& certificate) {
  const bool full = newer_.size() + 1 > capacity_ / 2 || newer_bytes_ + certificate->der.size() > most_bytes_ / 2;
  if (full) {
    older_ = std::move(newer_);
    newer_ = {};
    newer_bytes_ = 0;
  }
  newer_bytes_ += certificate->der.size();
  newer_[digest] = certificate;
}

}  // namespace ucready::trust
