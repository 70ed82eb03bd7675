#include "rehearsal/twins.h"

#include <fmt/format.h>
#include <openssl/rsa.h>

#include "rehearsal/certificates.h"
#include "trust/certificate.h"

namespace ucready::rehearsal {
namespace {

using trust::X509Handle;
using PublicKeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;

X509Handle parse(ByteView der) {
  const unsigned char* at = der.data();
  return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

// Nothing cached of the object may be older than its signature.
X509Handle read_anew(const X509* certificate) { return parse(encoded(certificate)); }

bool signed_by(const Certificate& certificate, const Certificate& issuer) {
  const X509Handle below = parse(certificate.der);
  const X509Handle above = parse(issuer.der);
  if (!below || !above) return false;
  return X509_verify(below.get(), X509_get0_pubkey(above.get())) == 1;
}

std::string key_digest(const Certificate& certificate) {
  const X509Handle parsed = parse(certificate.der);
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  if (!parsed || X509_pubkey_digest(parsed.get(), EVP_sha256(), digest.data(), &size) != 1) return certificate.sha256;
  digest.resize(size);
  return to_hex(digest);
}

// Of an issuer that nobody has shown all that is known is how it signs. Strong, for nobody has called it weak.
KeySort unseen_signer(const Certificate& certificate) {
  const std::string& algorithm = certificate.signature_algorithm;
  if (algorithm.starts_with("ecdsa")) return {"ecdsa", 0, "secp384r1"};
  if (algorithm == "ED25519") return {"ed25519", 0, ""};
  if (algorithm == "ED448") return {"ed448", 0, ""};
  if (algorithm.starts_with("dsa")) return {"dsa", 0, ""};
  return {"rsa", 3072, ""};
}

bool sign(X509* certificate, EVP_PKEY* key, const Certificate& like) {
  const bool hashes_itself = EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1;
  const EVP_MD* const hash = hashes_itself ? nullptr : EVP_get_digestbyname(like.signature_hash.c_str());
  if (hash == nullptr && !hashes_itself) return false;
  const trust::DigestContextHandle context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestSignInit(context.get(), &options, hash, nullptr, key) != 1) return false;
  if (like.signature_algorithm == "rsassaPss" && EVP_PKEY_is_a(key, "RSA") == 1) {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  return X509_sign_ctx(certificate, context.get()) > 0;
}

tl::unexpected<Error> no_twin(const Certificate& original) {
  return fail(ErrorCode::unsupported,
              fmt::format("no certificate like {} can be made here", original.sha256.substr(0, 12)));
}

X509_NAME* set_name(X509_NAME* name, const char* common_name) {
  const ByteView text = as_bytes(common_name);
  X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING, text.data(), static_cast<int>(text.size()), -1, 0);
  return name;
}

void set_dates(X509* certificate) {
  ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20000101000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20991231000000Z");
}

// A certificate of the future is known by the one it will replace, with the purposes it will have.
bool is_renewed(const Certificate& certificate) { return certificate.not_after.empty(); }

void renew(X509* certificate, const Certificate& like) {
  set_dates(certificate);
  const int at = X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1);
  const CHandle<X509_EXTENSION, X509_EXTENSION_free> old(at < 0 ? nullptr : X509_delete_ext(certificate, at));
  if (like.eku.empty()) return;
  const CHandle<X509_EXTENSION, X509_EXTENSION_free> purposes(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_ext_key_usage, like.eku.c_str()));
  X509_add_ext(certificate, purposes.get(), -1);
}

// Under which a twin is kept: two renewals of one certificate differ in their purposes.
std::string label_of(const Certificate& original) {
  return is_renewed(original) ? original.sha256 + " " + original.eku : original.sha256;
}

}  // namespace

void Twins::know(const CertificatePtr& certificate) {
  if (certificate == nullptr || !certificate->defect.empty()) return;
  if (digests_.insert(certificate->sha256).second) known_.emplace(certificate->subject, certificate);
}

// Whoever may sign others has a key of his own, as in real life: two authorities of one name are not one.
Result<EVP_PKEY*> Twins::key_of(const Certificate& original) {
  const bool may_sign = original.is_ca || original.self_signed;
  return keys_.key(key_sort(original),
                   may_sign ? key_digest(original) + (is_renewed(original) ? " renewed" : "") : std::string());
}

Result<Twins::Signer> Twins::signer_of(const Certificate& original) {
  if (original.self_signed) {
    const auto own = key_of(original);
    if (!own) return tl::unexpected<Error>(own.error());
    return Signer{*own, true};
  }
  const auto [first, last] = known_.equal_range(original.issuer);
  for (auto at = first; at != last; ++at) {
    if (!signed_by(original, *at->second)) continue;
    const auto key = key_of(*at->second);
    if (!key) return tl::unexpected<Error>(key.error());
    return Signer{*key, true};
  }
  const auto key = keys_.key(unseen_signer(original), "unseen issuer " + original.issuer);
  if (!key) return tl::unexpected<Error>(key.error());
  return Signer{*key, false};
}

Result<Twin> Twins::of(const Certificate& original) {
  const trust::ErrorQueueGuard guard;
  auto& [kept, kept_key] = made_[label_of(original)];
  if (kept) return Twin{kept.get(), kept_key};
  const auto key = key_of(original);
  if (!key) return tl::unexpected<Error>(key.error());
  const auto signer = signer_of(original);
  if (!signer) return tl::unexpected<Error>(signer.error());
  const X509Handle twin = parse(original.der);
  if (twin && is_renewed(original)) renew(twin.get(), original);
  if (!twin || X509_set_pubkey(twin.get(), *key) != 1 || !sign(twin.get(), signer->key, original)) {
    return no_twin(original);
  }
  kept = read_anew(twin.get());
  kept_key = *key;
  if (!kept) return no_twin(original);
  return Twin{kept.get(), kept_key};
}

Result<X509*> Twins::authority_above(const Certificate& original) {
  const trust::ErrorQueueGuard guard;
  X509Handle& kept = authorities_[original.sha256];
  if (kept) return kept.get();
  const auto signer = signer_of(original);
  if (!signer) return tl::unexpected<Error>(signer.error());
  const X509Handle below = parse(original.der);
  const X509Handle made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  set_dates(made.get());
  X509_set_subject_name(made.get(), X509_get_issuer_name(below.get()));
  X509_set_issuer_name(made.get(), X509_get_issuer_name(below.get()));
  X509_set_pubkey(made.get(), signer->key);
  const CHandle<X509_EXTENSION, X509_EXTENSION_free> authority(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE"));
  X509_add_ext(made.get(), authority.get(), -1);
  Certificate like;
  like.signature_hash = "sha256";
  if (!sign(made.get(), signer->key, like)) return no_twin(original);
  kept = read_anew(made.get());
  return kept.get();
}

Result<CertificatePtr> Twins::unseen(const KeySort& sort) {
  const trust::ErrorQueueGuard guard;
  CertificatePtr& kept = unseen_[sort];
  if (kept != nullptr) return kept;
  const auto key = keys_.key(sort);
  if (!key) return tl::unexpected<Error>(key.error());
  const auto signer = keys_.key({"rsa", 3072, ""}, "unseen issuer");
  if (!signer) return tl::unexpected<Error>(signer.error());
  const X509Handle made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  set_dates(made.get());
  set_name(X509_get_subject_name(made.get()), ("unseen " + sort.type).c_str());
  set_name(X509_get_issuer_name(made.get()), "unseen issuer");
  X509_set_pubkey(made.get(), *key);
  Certificate like;
  like.signature_hash = "sha256";
  if (!sign(made.get(), *signer, like)) {
    return fail(ErrorCode::unsupported, fmt::format("no {} certificate can be made here", sort.type));
  }
  kept = trust::read_certificate(encoded(made.get()));
  return kept;
}

}  // namespace ucready::rehearsal
