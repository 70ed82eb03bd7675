#include "client_kind.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <string>

namespace ucready::lab {
namespace {

constexpr const char* kEcdsaFirst =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-"
    "SHA256:"
    "ECDHE-RSA-AES256-SHA384:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA:AES128-SHA";
constexpr const char* kRsaFirst =
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-"
    "SHA256:"
    "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA:AES128-SHA";
constexpr const char* kRsaOnly = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA:AES128-SHA";
constexpr const char* kOldest = "AES256-SHA:AES128-SHA:DES-CBC3-SHA";
constexpr const char* kBothSchemes =
    "ecdsa_secp384r1_sha384:ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha256:rsa_pkcs1_"
    "sha1";
constexpr const char* kRsaSchemes = "rsa_pkcs1_sha512:rsa_pkcs1_sha384:rsa_pkcs1_sha256:rsa_pkcs1_sha1";
constexpr const char* kNist = "P-384:P-256:P-521";

// Before its TLSv1.3 releases a product names RSA suites first: that an ECDSA certificate was never met is what an
// upgrade then brings to light.
constexpr ClientKind kKinds[] = {
    {"phone", "79", "", TLS1_VERSION, TLS1_VERSION, kOldest},
    {"phone", "98", "", TLS1_2_VERSION, TLS1_3_VERSION, kEcdsaFirst, "X25519:P-256:P-384", kBothSchemes},
    {"phone", "", "", TLS1_VERSION, TLS1_2_VERSION, kRsaOnly, "P-256:P-384", kRsaSchemes},
    {"roomos", "", "", TLS1_2_VERSION, TLS1_3_VERSION, kEcdsaFirst, "X25519:P-256:P-384", kBothSchemes, true},
    {"expressway-c", "", "X15", TLS1_2_VERSION, TLS1_3_VERSION, kEcdsaFirst, kNist, kBothSchemes, true},
    {"expressway-c", "", "", TLS1_2_VERSION, TLS1_2_VERSION, kRsaFirst, kNist, kBothSchemes, true},
    {"expressway-e", "", "", TLS1_2_VERSION, TLS1_2_VERSION, kRsaFirst, kNist, kBothSchemes, true},
    {"cucm", "", "15", TLS1_2_VERSION, TLS1_3_VERSION, kEcdsaFirst, kNist, kBothSchemes},
    {"cucm", "", "", TLS1_VERSION, TLS1_2_VERSION, kRsaFirst, kNist, kBothSchemes},
    {"imp", "", "", TLS1_VERSION, TLS1_2_VERSION, kRsaFirst, kNist, kBothSchemes},
    {"cuc", "", "", TLS1_VERSION, TLS1_2_VERSION, kRsaFirst, kNist, kBothSchemes},
    {"cube", "", "", TLS1_2_VERSION, TLS1_2_VERSION, kRsaFirst, kNist, kBothSchemes},
    {"app", "", "", TLS1_VERSION, TLS1_2_VERSION, kRsaOnly, "P-256", kRsaSchemes},
    {"", "", "", TLS1_2_VERSION, TLS1_3_VERSION, "", "", "", true},
};

}  // namespace

const ClientKind& kind_of_client(const ClusterSpec& cluster) {
  const auto text = [&](const char* key) {
    return cluster.source[key] ? cluster.source[key].as<std::string>() : std::string();
  };
  const std::string product = text("product"), model = text("model"), release = text("release");
  const auto* const row = std::ranges::find_if(kKinds, [&](const ClientKind& kind) {
    return (kind.product.empty() || kind.product == product) && model.starts_with(kind.model) &&
           release.starts_with(kind.release);
  });
  return row == std::end(kKinds) ? kKinds[std::size(kKinds) - 1] : *row;
}

}  // namespace ucready::lab
