#include "trust/certificate_algorithms.h"

#include <openssl/rsa.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "trust/certificate_text.h"
#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

struct KeyAlgorithm {
  std::string_view key_type;
  int nid;
  int fixed_bits;  // 0: told by the key.
};

constexpr KeyAlgorithm kKeyAlgorithms[] = {
    {"rsa", NID_rsaEncryption, 0}, {"rsa-pss", NID_rsassaPss, 0}, {"ecdsa", NID_X9_62_id_ecPublicKey, 0},
    {"ed25519", NID_ED25519, 256}, {"ed448", NID_ED448, 456},     {"dsa", NID_dsa, 0},
};

// Where IANA's TLS group name is not libcrypto's short name, and the sizes that libcrypto tells only of a built group.
struct Curve {
  std::string_view name;
  int nid;
  int bits;
};

constexpr Curve kCurves[] = {
    {"secp192r1", NID_X9_62_prime192v1, 192},
    {"secp224r1", NID_secp224r1, 224},
    {"secp256r1", NID_X9_62_prime256v1, 256},
    {"secp384r1", NID_secp384r1, 384},
    {"secp521r1", NID_secp521r1, 521},
    {"secp256k1", NID_secp256k1, 256},
    {"brainpoolP256r1", NID_brainpoolP256r1, 256},
    {"brainpoolP384r1", NID_brainpoolP384r1, 384},
    {"brainpoolP512r1", NID_brainpoolP512r1, 512},
};

struct Parameters {
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
};

Parameters parameters_of(const X509_ALGOR& algorithm) {
  Parameters parameters;
  X509_ALGOR_get0(nullptr, &parameters.type, &parameters.value, &algorithm);
  return parameters;
}

int nid_of(const X509_ALGOR& algorithm, std::string& dotted) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, &algorithm);
  const int nid = OBJ_obj2nid(object);
  if (nid == NID_undef) dotted = object_text(object);
  return nid;
}

// SEC 1 section 2.3.3: an uncompressed point is 1 + 2n bytes, a compressed one 1 + n.
int bits_by_point(ByteView point) {
  if (point.empty()) return 0;
  const std::size_t field = point.front() == 4 ? (point.size() - 1) / 2 : point.size() - 1;
  return static_cast<int>(field * 8);
}

void read_curve(const SubjectKeyFields& key, Certificate& certificate) {
  const Parameters parameters = parameters_of(*key.algorithm);
  certificate.key_bits = bits_by_point(bytes_of(key.key));
  if (parameters.type == V_ASN1_SEQUENCE) certificate.curve = "explicit";
  if (parameters.type != V_ASN1_OBJECT) return;
  const auto* const object = static_cast<const ASN1_OBJECT*>(parameters.value);
  const int nid = OBJ_obj2nid(object);
  const auto* const known = std::ranges::find(kCurves, nid, &Curve::nid);
  if (known != std::end(kCurves)) {
    certificate.curve = known->name;
    certificate.key_bits = known->bits;
  } else {
    certificate.curve = nid == NID_undef ? object_text(object) : OBJ_nid2sn(nid);
  }
}

std::string digest_name(int nid) {
  std::string name = OBJ_nid2sn(nid);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return name;
}

// RFC 4055 section 3.1: absent parameters and an absent hashAlgorithm both mean SHA-1. Empty: they cannot be read.
std::string pss_hash(const X509_ALGOR& algorithm) {
  const Parameters parameters = parameters_of(algorithm);
  if (parameters.type == V_ASN1_UNDEF) return "sha1";
  if (parameters.type != V_ASN1_SEQUENCE) return {};
  using PssHandle = CHandle<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>;
  const PssHandle pss(static_cast<RSA_PSS_PARAMS*>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(parameters.value), ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
  if (!pss) return {};
  if (pss->hashAlgorithm == nullptr) return "sha1";
  std::string dotted;
  const int nid = nid_of(*pss->hashAlgorithm, dotted);
  return nid == NID_undef ? dotted : digest_name(nid);
}

}  // namespace

void read_key(const SubjectKeyFields& key, Certificate& certificate) {
  std::string dotted;
  const int nid = nid_of(*key.algorithm, dotted);
  const auto* const known = std::ranges::find(kKeyAlgorithms, nid, &KeyAlgorithm::nid);
  if (known == std::end(kKeyAlgorithms)) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, key.algorithm);
    certificate.key_type = object_text(object);
    return;
  }
  certificate.key_type = known->key_type;
  certificate.key_bits = known->fixed_bits;
  if (nid == NID_rsaEncryption || nid == NID_rsassaPss) certificate.key_bits = rsa_modulus_bits(bytes_of(key.key));
  if (nid == NID_X9_62_id_ecPublicKey) read_curve(key, certificate);
  if (nid == NID_dsa) {
    const Parameters parameters = parameters_of(*key.algorithm);
    if (parameters.type == V_ASN1_SEQUENCE) {
      certificate.key_bits = dsa_prime_bits(bytes_of(static_cast<const ASN1_STRING*>(parameters.value)));
    }
  }
}

void read_signature_algorithm(const X509_ALGOR& algorithm, Certificate& certificate) {
  std::string dotted;
  const int nid = nid_of(algorithm, dotted);
  certificate.signature_algorithm = nid == NID_undef ? dotted : OBJ_nid2ln(nid);
  int digest = NID_undef;
  if (nid == NID_rsassaPss) {
    certificate.signature_hash = pss_hash(algorithm);
  } else if (OBJ_find_sigid_algs(nid, &digest, nullptr) == 1 && digest != NID_undef) {
    certificate.signature_hash = digest_name(digest);
  }
}

}  // namespace ucready::trust
