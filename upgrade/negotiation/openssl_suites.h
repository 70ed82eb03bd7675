// The suites up to TLSv1.2 that OpenSSL knows, with the properties its cipher strings speak of, as bits.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tls/code_points.h"

namespace ucready::negotiation::openssl {

enum KeyAgreement : std::uint32_t {
  kRsa = 1,
  kDhe = 2,
  kEcdhe = 4,
  kPsk = 8,
  kRsaPsk = 16,
  kDhePsk = 32,
  kEcdhePsk = 64,
  kSrp = 128
};
enum Authentication : std::uint32_t { kARsa = 1, kADss = 2, kAEcdsa = 4, kANull = 8, kAPsk = 16, kASrp = 32 };
enum Encryption : std::uint32_t {
  kAes128Cbc = 1,
  kAes256Cbc = 2,
  kAes128Gcm = 4,
  kAes256Gcm = 8,
  kAes128Ccm = 16,
  kAes256Ccm = 32,
  kAes128Ccm8 = 64,
  kAes256Ccm8 = 128,
  kCamellia128 = 256,
  kCamellia256 = 512,
  kChacha = 1024,
  kAria128 = 2048,
  kAria256 = 4096,
  kNoEncryption = 8192
};
enum Mac : std::uint32_t { kMd5 = 1, kSha1 = 2, kSha256 = 4, kSha384 = 8, kAead = 16 };

struct Suite {
  tls::CipherSuite suite;
  std::string_view name;  // OpenSSL's.
  std::uint32_t agreement = 0;
  std::uint32_t authentication = 0;
  std::uint32_t encryption = 0;
  std::uint32_t mac = 0;
  tls::Version lowest;  // The version it came with, as the words SSLv3, TLSv1 and TLSv1.2 select it.
  int strength_bits = 0;
  bool by_default = false;  // Part of DEFAULT.
};

// Ordered by number.
std::span<const Suite> suites();

}  // namespace ucready::negotiation::openssl
