#include "upgrade/negotiation/facts.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace ucready::negotiation {
namespace {

constexpr Group kAny{0}, kP256{0x0017}, kP384{0x0018}, kP521{0x0019};

constexpr SchemeFacts kSchemes[] = {
    {{0x0201}, KeyKind::rsa, Hash::sha1, false, kAny},      {{0x0202}, KeyKind::dsa, Hash::sha1, false, kAny},
    {{0x0203}, KeyKind::ecdsa, Hash::sha1, false, kAny},    {{0x0301}, KeyKind::rsa, Hash::sha224, false, kAny},
    {{0x0302}, KeyKind::dsa, Hash::sha224, false, kAny},    {{0x0303}, KeyKind::ecdsa, Hash::sha224, false, kAny},
    {{0x0401}, KeyKind::rsa, Hash::sha256, false, kAny},    {{0x0402}, KeyKind::dsa, Hash::sha256, false, kAny},
    {{0x0403}, KeyKind::ecdsa, Hash::sha256, false, kP256}, {{0x0501}, KeyKind::rsa, Hash::sha384, false, kAny},
    {{0x0502}, KeyKind::dsa, Hash::sha384, false, kAny},    {{0x0503}, KeyKind::ecdsa, Hash::sha384, false, kP384},
    {{0x0601}, KeyKind::rsa, Hash::sha512, false, kAny},    {{0x0602}, KeyKind::dsa, Hash::sha512, false, kAny},
    {{0x0603}, KeyKind::ecdsa, Hash::sha512, false, kP521}, {{0x0804}, KeyKind::rsa, Hash::sha256, true, kAny},
    {{0x0805}, KeyKind::rsa, Hash::sha384, true, kAny},     {{0x0806}, KeyKind::rsa, Hash::sha512, true, kAny},
    {{0x0807}, KeyKind::ed25519, Hash::none, false, kAny},  {{0x0808}, KeyKind::ed448, Hash::none, false, kAny},
    {{0x0809}, KeyKind::rsa_pss, Hash::sha256, true, kAny}, {{0x080a}, KeyKind::rsa_pss, Hash::sha384, true, kAny},
    {{0x080b}, KeyKind::rsa_pss, Hash::sha512, true, kAny},
};

constexpr Version kFree{0};
constexpr GroupFacts kGroups[] = {
    {{0x0013}, 80, kFree, tls::kTls12, false},   // secp192r1
    {{0x0015}, 112, kFree, tls::kTls12, false},  // secp224r1
    {{0x0016}, 128, kFree, tls::kTls12, false},  // secp256k1
    {kP256, 128, kFree, kFree, false},
    {kP384, 192, kFree, kFree, false},
    {kP521, 256, kFree, kFree, false},
    {{0x001a}, 128, kFree, tls::kTls12, false},  // brainpoolP256r1 and its larger brothers
    {{0x001b}, 192, kFree, tls::kTls12, false},
    {{0x001c}, 256, kFree, tls::kTls12, false},
    {{0x001d}, 128, kFree, kFree, false},  // x25519
    {{0x001e}, 224, kFree, kFree, false},  // x448
    {{0x0100}, 112, tls::kTls13, tls::kTls13, true},
    {{0x0101}, 128, tls::kTls13, tls::kTls13, true},
    {{0x0102}, 128, tls::kTls13, tls::kTls13, true},
    {{0x0103}, 128, tls::kTls13, tls::kTls13, true},
    {{0x0104}, 192, tls::kTls13, tls::kTls13, true},
    {{0x11ec}, 192, tls::kTls13, tls::kTls13, false},  // X25519MLKEM768
};

struct NameFacts {
  int strength = 0;
  bool md5 = false;
  bool chacha = false;
};

NameFacts read_name(std::string_view name) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  struct Row {
    std::string_view part;
    int bits;
  };
  constexpr Row kRows[] = {
      {"NULL", 0},       {"EXPORT", 40},    {"AES_256", 256}, {"AES_128", 128},      {"CHACHA20", 256},
      {"3DES_EDE", 112}, {"RC4_128", 80},   {"DES_CBC", 56},  {"CAMELLIA_256", 256}, {"CAMELLIA_128", 128},
      {"ARIA_256", 256}, {"ARIA_128", 128}, {"SEED", 128},    {"IDEA", 128},
  };
  NameFacts facts;
  const auto* const row = std::ranges::find_if(kRows, [&](const Row& r) { return has(r.part); });
  // The name's key exchange may hold "NULL" too, but such suites encrypt nothing either.
  if (row != std::end(kRows)) facts.strength = row->bits;
  facts.md5 = name.ends_with("_MD5");
  facts.chacha = has("CHACHA20");
  return facts;
}

const NameFacts& name_facts(CipherSuite suite) {
  static const std::unordered_map<CipherSuite, NameFacts> all = [] {
    std::unordered_map<CipherSuite, NameFacts> made;
    for (const auto& row : tls::all_cipher_suites()) made.emplace(row.point, read_name(row.name));
    return made;
  }();
  static const NameFacts none;
  const auto at = all.find(suite);
  return at == all.end() ? none : at->second;
}

}  // namespace

const SchemeFacts* find_scheme(SignatureScheme scheme) {
  const auto* const row = std::ranges::find(kSchemes, scheme, &SchemeFacts::scheme);
  return row == std::end(kSchemes) ? nullptr : row;
}

std::span<const SchemeFacts> all_schemes() { return kSchemes; }

bool signs_tls13(const SchemeFacts& scheme) {
  if (scheme.hash == Hash::sha1 || scheme.hash == Hash::sha224 || scheme.key == KeyKind::dsa) return false;
  return scheme.key != KeyKind::rsa || scheme.pss;
}

const GroupFacts* find_group(Group group) {
  const auto* const row = std::ranges::find(kGroups, group, &GroupFacts::group);
  return row == std::end(kGroups) ? nullptr : row;
}

bool fits(const GroupFacts& group, Version version) {
  return (group.lowest == kFree || version >= group.lowest) && (group.highest == kFree || version <= group.highest);
}

int strength_bits(CipherSuite suite) { return name_facts(suite).strength; }
bool uses_md5(CipherSuite suite) { return name_facts(suite).md5; }
bool is_chacha(CipherSuite suite) { return name_facts(suite).chacha; }
bool is_tls13(CipherSuite suite) { return tls::facts(suite).key_exchange == tls::KeyExchange::tls13; }

bool is_anonymous(const tls::SuiteFacts& suite) { return suite.authentication == tls::Authentication::none; }

Version lowest_version(const tls::SuiteFacts& suite) {
  if (suite.key_exchange == tls::KeyExchange::tls13) return tls::kTls13;
  if (suite.tls12_only) return tls::kTls12;
  // RFC 8422 needs extensions, which SSLv3 lacks.
  return suite.key_exchange == tls::KeyExchange::ecdhe ? tls::kTls10 : tls::kSslv3;
}

bool exists_in(const tls::SuiteFacts& suite, Version version) {
  const bool belongs_to_13 = suite.key_exchange == tls::KeyExchange::tls13;
  return belongs_to_13 == (version == tls::kTls13) && version >= lowest_version(suite);
}

int key_security_bits(KeyKind kind, int bits) {
  switch (kind) {
    case KeyKind::ed25519:
      return 128;
    case KeyKind::ed448:
      return 224;
    case KeyKind::ecdsa:
      return bits / 2;
    case KeyKind::rsa:
    case KeyKind::rsa_pss:
    case KeyKind::dsa:
      break;
  }
  struct Step {
    int modulus;
    int security;
  };
  constexpr Step kSteps[] = {{15360, 256}, {8192, 200}, {7680, 192}, {6144, 176},
                             {4096, 152},  {3072, 128}, {2048, 112}, {1024, 80}};
  for (const Step& step : kSteps) {
    if (bits >= step.modulus) return step.security;
  }
  return 0;
}

int hash_bytes(Hash hash) {
  switch (hash) {
    case Hash::none:
      return 0;
    case Hash::md5:
      return 16;
    case Hash::sha1:
      return 20;
    case Hash::sha224:
      return 28;
    case Hash::sha256:
      return 32;
    case Hash::sha384:
      return 48;
    case Hash::sha512:
      return 64;
  }
  return 0;
}

}  // namespace ucready::negotiation
