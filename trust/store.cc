#include "trust/store.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <atomic>

#include "trust/digest.h"
#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

void join_roles(std::string& roles, const std::string& more) {
  if (more.empty() || ("," + roles + ",").find("," + more + ",") != std::string::npos) return;
  roles += (roles.empty() ? "" : ",") + more;
}

std::string digest_of(const Certificate& certificate, const std::string& algorithm) {
  if (algorithm == "sha256") return certificate.sha256;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  const bool done = EVP_Q_digest(nullptr, algorithm.c_str(), nullptr, certificate.der.data(), certificate.der.size(),
                                 digest.data(), &size) == 1;
  return done ? to_hex(ByteView(digest).first(size)) : "";
}

std::uint64_t next_revision() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

bool may_sign(const Pin& pin) { return ("," + pin.roles + ",").find(",SAST,") != std::string::npos; }

bool is_same(const Pin& one, const Pin& other) {
  if (other.certificate) return one.is_of(*other.certificate);
  return one.certificate ? other.is_of(*one.certificate) : one.hash && one.hash == other.hash;
}

}  // namespace

bool Pin::is_of(const Certificate& presented) const {
  if (certificate) return certificate->sha256 == presented.sha256;
  return hash && hash->value == digest_of(presented, hash->algorithm);
}

TrustStore::TrustStore() : revision_(next_revision()), handle_(X509_STORE_new(), X509_STORE_free) {}

void TrustStore::add(const TrustEntry& entry) {
  revision_ = next_revision();
  const ErrorQueueGuard guard;
  if (entry.kind == TrustKind::pinned) {
    const auto same = std::ranges::find_if(pins_, [&](const Pin& pin) {
      return entry.certificate ? pin.certificate && pin.certificate->sha256 == entry.certificate->sha256
                               : !pin.certificate && pin.hash == entry.hash;
    });
    if (same != pins_.end()) return join_roles(same->roles, entry.roles);
    pins_.push_back({entry.certificate, entry.hash, entry.subject, entry.roles, entry.source});
    return;
  }
  if (!entry.certificate || holds(*entry.certificate)) return;
  const Bytes& der = entry.certificate->der;
  const unsigned char* at = der.data();
  const X509Handle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate) X509_STORE_add_cert(handle_.get(), certificate.get());
  authorities_.push_back(entry);
}

bool TrustStore::holds(const Certificate& certificate) const {
  return std::ranges::any_of(authorities_,
                             [&](const TrustEntry& entry) { return entry.certificate->sha256 == certificate.sha256; });
}

const Pin* TrustStore::pin_of(const Certificate& certificate) const {
  const auto found = std::ranges::find_if(pins_, [&](const Pin& pin) { return pin.is_of(certificate); });
  return found == pins_.end() ? nullptr : &*found;
}

bool TrustStore::shares_signer_with(const TrustStore& list) const {
  return std::ranges::any_of(pins_, [&](const Pin& known) {
    return may_sign(known) && std::ranges::any_of(list.pins_, [&](const Pin& signer) {
             return may_sign(signer) && is_same(known, signer);
           });
  });
}

}  // namespace ucready::trust
