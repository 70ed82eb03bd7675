#include "trust/tlv_signature.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <iterator>

#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

using KeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;

struct DigestCode {
  std::uint8_t code;
  const char* name;
};
constexpr DigestCode kDigests[] = {{1, "SHA1"}, {2, "SHA256"}, {3, "SHA512"}};
constexpr std::uint8_t kRsa = 0;

ByteView without_leading_zeros(ByteView number) {
  while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
  return number;
}

bool same_number(ByteView left, ByteView right) {
  return std::ranges::equal(without_leading_zeros(left), without_leading_zeros(right));
}

KeyHandle key_of(const TlvRecord& record) {
  if (record.certificate) {
    const Bytes& der = record.certificate->der;
    const unsigned char* at = der.data();
    const X509Handle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    return KeyHandle(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  }
  const unsigned char* at = record.public_key.data();
  return KeyHandle(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(record.public_key.size())));
}

bool is_signed_by(EVP_PKEY* key, const char* digest, const SignedTlv& bytes) {
  const DigestContextHandle context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr) == 1 &&
         EVP_DigestVerifyUpdate(context.get(), bytes.before.data(), bytes.before.size()) == 1 &&
         EVP_DigestVerifyUpdate(context.get(), bytes.after.data(), bytes.after.size()) == 1 &&
         EVP_DigestVerifyFinal(context.get(), bytes.signature.data(), bytes.signature.size()) == 1;
}

}  // namespace

// Hostile files may hold many records of the signer's serial number: only the first few are tried, for each costs a
// verification.
TlvSignature check_signature(const TlvFile& file, const SignedTlv& bytes) {
  constexpr std::size_t kMostSigners = 8;
  const ErrorQueueGuard guard;
  if (bytes.signature.empty()) return TlvSignature::absent;
  const auto* const digest = std::ranges::find(kDigests, file.digest, &DigestCode::code);
  if (file.signature_algorithm != kRsa || digest == std::end(kDigests)) return TlvSignature::unsupported;
  std::size_t tried = 0;
  for (const TlvRecord& record : file.records) {
    if (record.role != TlvRole::sast || !same_number(record.serial, file.signer_serial)) continue;
    const KeyHandle key = key_of(record);
    if (!key) continue;
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return TlvSignature::unsupported;
    if (is_signed_by(key.get(), digest->name, bytes)) return TlvSignature::valid;
    if (++tried == kMostSigners) break;
  }
  return tried == 0 ? TlvSignature::no_signer : TlvSignature::invalid;
}

}  // namespace ucready::trust
