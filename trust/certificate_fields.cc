#include "trust/certificate_fields.h"

#include <openssl/asn1t.h>
#include <openssl/bn.h>

namespace ucready::trust {
namespace {

struct RsaKeyFields {
  ASN1_INTEGER* modulus;
  ASN1_INTEGER* exponent;
};

struct DsaParameterFields {
  ASN1_INTEGER* p;
  ASN1_INTEGER* q;
  ASN1_INTEGER* g;
};

}  // namespace

// libcrypto's way to write down an ASN.1 type; the macros make functions named TYPE_it.
// clang-format off
ASN1_SEQUENCE(SubjectKeyFields) = {
  ASN1_SIMPLE(SubjectKeyFields, algorithm, X509_ALGOR),
  ASN1_SIMPLE(SubjectKeyFields, key, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END(SubjectKeyFields)

ASN1_SEQUENCE(ValidityFields) = {
  ASN1_SIMPLE(ValidityFields, not_before, ASN1_TIME),
  ASN1_SIMPLE(ValidityFields, not_after, ASN1_TIME)
} static_ASN1_SEQUENCE_END(ValidityFields)

ASN1_SEQUENCE(SignedFields) = {
  ASN1_EXP_OPT(SignedFields, version, ASN1_INTEGER, 0),
  ASN1_SIMPLE(SignedFields, serial, ASN1_INTEGER),
  ASN1_SIMPLE(SignedFields, signature, X509_ALGOR),
  ASN1_SIMPLE(SignedFields, issuer, X509_NAME),
  ASN1_SIMPLE(SignedFields, validity, ValidityFields),
  ASN1_SIMPLE(SignedFields, subject, X509_NAME),
  ASN1_SIMPLE(SignedFields, subject_key, SubjectKeyFields),
  ASN1_IMP_OPT(SignedFields, issuer_id, ASN1_BIT_STRING, 1),
  ASN1_IMP_OPT(SignedFields, subject_id, ASN1_BIT_STRING, 2),
  ASN1_EXP_SEQUENCE_OF_OPT(SignedFields, extensions, X509_EXTENSION, 3)
} static_ASN1_SEQUENCE_END(SignedFields)

ASN1_SEQUENCE(CertificateFields) = {
  ASN1_SIMPLE(CertificateFields, body, SignedFields),
  ASN1_SIMPLE(CertificateFields, signature_algorithm, X509_ALGOR),
  ASN1_SIMPLE(CertificateFields, signature, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END(CertificateFields)

ASN1_SEQUENCE(RsaKeyFields) = {
  ASN1_SIMPLE(RsaKeyFields, modulus, ASN1_INTEGER),
  ASN1_SIMPLE(RsaKeyFields, exponent, ASN1_INTEGER)
} static_ASN1_SEQUENCE_END(RsaKeyFields)

ASN1_SEQUENCE(DsaParameterFields) = {
  ASN1_SIMPLE(DsaParameterFields, p, ASN1_INTEGER),
  ASN1_SIMPLE(DsaParameterFields, q, ASN1_INTEGER),
  ASN1_SIMPLE(DsaParameterFields, g, ASN1_INTEGER)
} static_ASN1_SEQUENCE_END(DsaParameterFields)
    // clang-format on

    namespace {
  template <typename Fields>
  Fields* read(ByteView der, const ASN1_ITEM* type, std::size_t* unread = nullptr) {
    const unsigned char* at = der.data();
    ASN1_VALUE* const value = ASN1_item_d2i(nullptr, &at, static_cast<long>(der.size()), type);
    if (unread != nullptr && value != nullptr) *unread = der.size() - static_cast<std::size_t>(at - der.data());
    return static_cast<Fields*>(static_cast<void*>(value));
  }

  void free_fields(void* fields, const ASN1_ITEM* type) { ASN1_item_free(static_cast<ASN1_VALUE*>(fields), type); }

  int bits_of(const ASN1_INTEGER* number) {
    ByteView bytes = bytes_of(number);
    while (!bytes.empty() && bytes.front() == 0) bytes = bytes.subspan(1);
    if (bytes.empty()) return 0;
    return static_cast<int>(bytes.size() * 8) - std::countl_zero(bytes.front());
  }

}  // namespace

void FreeCertificateFields::operator()(CertificateFields* fields) const {
  free_fields(fields, ASN1_ITEM_rptr(CertificateFields));
}

CertificateFieldsHandle read_certificate_fields(ByteView der, std::size_t& unread) {
  return CertificateFieldsHandle(read<CertificateFields>(der, ASN1_ITEM_rptr(CertificateFields), &unread));
}

int rsa_modulus_bits(ByteView key) {
  auto* const fields = read<RsaKeyFields>(key, ASN1_ITEM_rptr(RsaKeyFields));
  if (fields == nullptr) return 0;
  const int bits = bits_of(fields->modulus);
  free_fields(fields, ASN1_ITEM_rptr(RsaKeyFields));
  return bits;
}

int dsa_prime_bits(ByteView parameters) {
  auto* const fields = read<DsaParameterFields>(parameters, ASN1_ITEM_rptr(DsaParameterFields));
  if (fields == nullptr) return 0;
  const int bits = bits_of(fields->p);
  free_fields(fields, ASN1_ITEM_rptr(DsaParameterFields));
  return bits;
}

ByteView bytes_of(const ASN1_STRING* text) {
  if (text == nullptr) return {};
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

}  // namespace ucready::trust
