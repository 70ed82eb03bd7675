// Makes certificates for tests: good ones from a few words, and bad ones that no decent authority would sign.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"

namespace ucready::support {

struct RawExtension {
  std::string oid;
  Bytes value;  // DER inside the OCTET STRING; or whatever a test wants there.
  bool critical = false;
};

struct CertificateRecipe {
  std::vector<std::pair<std::string, std::string>> subject = {{"CN", "host.example"}};  // In the order of the encoding.
  std::string key = "ec:P-256";  // rsa:2048, rsa-pss:2048, ec:P-384, ec-explicit:P-256, ed25519, ed448, dsa:1024
  std::string hash = "sha256";   // Of the signature; ignored by Ed25519 and Ed448.
  bool pss = false;              // Sign with RSASSA-PSS.
  std::string serial = "1a2b3c";
  std::string not_before = "260101000000Z";  // 13 characters: a UTCTime; otherwise a GeneralizedTime, right or wrong.
  std::string not_after = "280101000000Z";
  std::vector<std::string> dns = {};  // Any bytes.
  std::vector<std::string> ip = {};   // "10.0.0.1", "2001:db8::1".
  std::vector<std::string> email = {};
  std::vector<std::string> uri = {};
  std::string eku = {};        // As in openssl.cnf: "serverAuth,clientAuth,1.3.6.1.4.1.311.20.2.2".
  std::string key_usage = {};  // "digitalSignature,keyCertSign"
  bool is_ca = false;
  std::vector<RawExtension> more = {};
  // Otherwise keys of one kind are shared by all certificates of the program: RSA keys are slow to make.
  bool new_key = false;
};

struct MadeCertificate {
  Bytes der;
  Bytes subject_der;
  std::shared_ptr<EVP_PKEY> key;

  [[nodiscard]] std::string pem() const;
  [[nodiscard]] std::string key_pem() const;
};

// Signed by the issuer; without one by its own key. Aborts the test program when the recipe cannot be cooked.
MadeCertificate make_certificate(const CertificateRecipe& recipe, const MadeCertificate* issuer = nullptr);

}  // namespace ucready::support
