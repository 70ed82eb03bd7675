// The fields of a certificate in the order of RFC 5280 section 4.1, read by libcrypto's ASN.1 engine.
//
// d2i_X509 would read the same fields, but it also makes a usable key of the subject's key, which costs three times as
// much as everything else (OpenSSL 3.0: about 100 of 150 microseconds). A scan needs that key of self-signed
// certificates alone.
#pragma once

#include <openssl/x509.h>

#include <memory>

#include "core/bytes.h"

namespace ucready::trust {

struct SubjectKeyFields {
  X509_ALGOR* algorithm;
  ASN1_BIT_STRING* key;
};

struct ValidityFields {
  ASN1_TIME* not_before;
  ASN1_TIME* not_after;
};

struct SignedFields {
  ASN1_INTEGER* version;
  ASN1_INTEGER* serial;
  X509_ALGOR* signature;
  X509_NAME* issuer;
  ValidityFields* validity;
  X509_NAME* subject;
  SubjectKeyFields* subject_key;
  ASN1_BIT_STRING* issuer_id;
  ASN1_BIT_STRING* subject_id;
  STACK_OF(X509_EXTENSION) * extensions;
};

struct CertificateFields {
  SignedFields* body;
  X509_ALGOR* signature_algorithm;
  ASN1_BIT_STRING* signature;
};

struct FreeCertificateFields {
  void operator()(CertificateFields* fields) const;
};
using CertificateFieldsHandle = std::unique_ptr<CertificateFields, FreeCertificateFields>;

// Nothing when the bytes are no certificate. `unread` is set to the number of bytes after it.
CertificateFieldsHandle read_certificate_fields(ByteView der, std::size_t& unread);

// RSAPublicKey (RFC 8017 A.1.1): the modulus' size in bits; 0 when the key is none.
int rsa_modulus_bits(ByteView key);
// Dss-Parms (RFC 3279 section 2.3.2): the size of p in bits; 0 when they are none.
int dsa_prime_bits(ByteView parameters);

ByteView bytes_of(const ASN1_STRING* text);

}  // namespace ucready::trust
