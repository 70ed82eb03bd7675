#include "upgrade/negotiation/openssl_suites.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "upgrade/negotiation/cipher_string.h"
#include "upgrade/negotiation/facts.h"

namespace ucready::negotiation::openssl {
namespace {

constexpr tls::NamedCodePoint<tls::CipherSuite> kNames[] = {
#include "upgrade/negotiation/openssl_suites.inc"
};

struct Row {
  std::string_view part;  // Of the IANA name; the first row that fits counts.
  std::uint32_t bits;
};

constexpr Row kAgreements[] = {
    {"TLS_DHE_PSK_", kDhePsk}, {"TLS_PSK_DHE_", kDhePsk},  {"TLS_ECDHE_PSK_", kEcdhePsk},
    {"TLS_RSA_PSK_", kRsaPsk}, {"TLS_PSK_", kPsk},         {"TLS_SRP_", kSrp},
    {"TLS_ECDHE_", kEcdhe},    {"TLS_ECDH_anon_", kEcdhe}, {"TLS_DHE_", kDhe},
    {"TLS_DH_anon_", kDhe},    {"TLS_RSA_", kRsa},
};
constexpr Row kAuthentications[] = {
    {"_anon_", kANull},  {"TLS_RSA_PSK_", kARsa}, {"PSK_", kAPsk},  {"SRP_SHA_RSA_", kARsa}, {"SRP_SHA_DSS_", kADss},
    {"TLS_SRP_", kASrp}, {"_ECDSA_", kAEcdsa},    {"_DSS_", kADss}, {"RSA_", kARsa},
};
constexpr Row kEncryptions[] = {
    {"AES_128_CCM_8", kAes128Ccm8}, {"AES_256_CCM_8", kAes256Ccm8}, {"AES_128_CCM", kAes128Ccm},
    {"AES_256_CCM", kAes256Ccm},    {"AES_128_GCM", kAes128Gcm},    {"AES_256_GCM", kAes256Gcm},
    {"AES_128", kAes128Cbc},        {"AES_256", kAes256Cbc},        {"CAMELLIA_128", kCamellia128},
    {"CAMELLIA_256", kCamellia256}, {"CHACHA20", kChacha},          {"ARIA_128", kAria128},
    {"ARIA_256", kAria256},         {"WITH_NULL", kNoEncryption},
};
constexpr Row kMacs[] = {{"_MD5", kMd5}, {"_SHA256", kSha256}, {"_SHA384", kSha384}, {"_SHA", kSha1}};

std::uint32_t find(std::span<const Row> rows, std::string_view name) {
  const auto at = std::ranges::find_if(rows, [&](const Row& r) { return name.find(r.part) != std::string_view::npos; });
  return at == rows.end() ? 0 : at->bits;
}

tls::Version lowest(const Suite& suite, const tls::SuiteFacts& facts) {
  if (facts.tls12_only) return tls::kTls12;
  const bool sha2 = (suite.mac & (kSha256 | kSha384)) != 0;
  return sha2 || (suite.agreement & (kEcdhe | kEcdhePsk)) != 0 ? tls::kTls10 : tls::kSslv3;
}

Suite read(const tls::NamedCodePoint<tls::CipherSuite>& row) {
  const std::string name = tls::name(row.point);
  const tls::SuiteFacts facts = tls::facts(row.point);
  Suite suite{row.point, row.name};
  suite.agreement = find(kAgreements, name);
  suite.authentication = find(kAuthentications, name);
  suite.encryption = find(kEncryptions, name);
  suite.mac = facts.aead ? std::uint32_t{kAead} : find(kMacs, name);
  suite.lowest = lowest(suite, facts);
  suite.strength_bits = strength_bits(row.point);
  constexpr std::uint32_t kRare = kCamellia128 | kCamellia256 | kAria128 | kAria256 | kAes128Ccm | kAes256Ccm |
                                  kAes128Ccm8 | kAes256Ccm8 | kNoEncryption;
  suite.by_default = (suite.encryption & kRare) == 0 && (suite.authentication & (kADss | kANull)) == 0;
  return suite;
}

}  // namespace

std::span<const Suite> suites() {
  static const std::vector<Suite> all = [] {
    std::vector<Suite> made;
    std::ranges::transform(kNames, std::back_inserter(made), read);
    return made;
  }();
  return all;
}

}  // namespace ucready::negotiation::openssl
