// What one X.509 certificate says of itself, as plain values. trust/certificate.h reads it from DER.
#pragma once

#include <memory>
#include <string>

#include "core/bytes.h"

namespace ucready {

struct Certificate {
  Bytes der;           // Exactly as presented, at most 64 kB.
  std::string sha256;  // Of `der`, lower-case hex.
  std::string defect;  // Why it could not be read; empty when it could. With a defect the fields below are empty.

  std::string subject;  // RFC 2253-like text, one line, unescaped beyond that: escape where it is shown.
  std::string issuer;
  std::string serial;    // Lower-case hex.
  std::string key_type;  // rsa, rsa-pss, ecdsa, ed25519, ed448, dsa, or the algorithm's OID.
  int key_bits = 0;
  std::string curve;  // IANA group name, for ecdsa: secp256r1.
  std::string
      signature_algorithm;     // OpenSSL's long name: sha256WithRSAEncryption, ecdsa-with-SHA384, rsassaPss, ED25519.
  std::string signature_hash;  // sha1, sha256, md5, ...; of RSASSA-PSS its parameter (SHA-1 when omitted, RFC 4055).
  std::string not_before;      // ISO 8601.
  std::string not_after;
  std::string san;        // "DNS:a.example,IP:10.0.0.1,..."; comma-separated, in the certificate's order.
  std::string eku;        // "serverAuth,clientAuth", other purposes as OIDs; empty = extension absent.
  std::string key_usage;  // "digitalSignature,keyEncipherment"; empty = extension absent.
  bool is_ca = false;
  bool self_signed = false;  // Subject equals issuer and its own key verifies its signature.

  bool operator==(const Certificate&) const = default;
};

// Certificates are read once and shared from then on.
using CertificatePtr = std::shared_ptr<const Certificate>;

}  // namespace ucready
