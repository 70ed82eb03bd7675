// What a cipher suite's name says: TLS_<key exchange>_<authentication>_WITH_<cipher>_<MAC or PRF hash>.
#include <algorithm>
#include <vector>

#include "tls/code_points.h"

namespace ucready::tls {
namespace {

struct Agreement {
  std::string_view prefix;  // Of the name's part before "_WITH_".
  KeyExchange key_exchange;
  Authentication authentication;
  bool forward_secret;
};

// The first row that fits counts, so longer prefixes stand before shorter ones.
constexpr Agreement kAgreements[] = {
    {"NULL", KeyExchange::none, Authentication::none, false},
    {"RSA_PSK", KeyExchange::psk, Authentication::rsa, false},
    {"RSA", KeyExchange::rsa, Authentication::rsa, false},
    {"DH_anon", KeyExchange::dhe, Authentication::none, true},
    {"DH_RSA", KeyExchange::dh, Authentication::rsa, false},
    {"DH_DSS", KeyExchange::dh, Authentication::dss, false},
    {"DHE_PSK", KeyExchange::dhe, Authentication::psk, true},
    {"DHE_RSA", KeyExchange::dhe, Authentication::rsa, true},
    {"DHE_DSS", KeyExchange::dhe, Authentication::dss, true},
    {"ECDH_anon", KeyExchange::ecdhe, Authentication::none, true},
    {"ECDH_RSA", KeyExchange::ecdh, Authentication::rsa, false},
    {"ECDH_ECDSA", KeyExchange::ecdh, Authentication::ecdsa, false},
    {"ECDHE_PSK", KeyExchange::ecdhe, Authentication::psk, true},
    {"ECDHE_RSA", KeyExchange::ecdhe, Authentication::rsa, true},
    {"ECDHE_ECDSA", KeyExchange::ecdhe, Authentication::ecdsa, true},
    {"PSK_DHE", KeyExchange::dhe, Authentication::psk, true},
    {"PSK", KeyExchange::psk, Authentication::psk, false},
    {"SRP_SHA_RSA", KeyExchange::srp, Authentication::rsa, true},
    {"SRP_SHA_DSS", KeyExchange::srp, Authentication::dss, true},
    {"SRP_SHA", KeyExchange::srp, Authentication::other, true},
    {"KRB5", KeyExchange::krb5, Authentication::other, false},
    {"GOSTR341094_RSA", KeyExchange::gost, Authentication::rsa, false},
    {"GOST", KeyExchange::gost, Authentication::gost, false},
    {"ECCPWD", KeyExchange::other, Authentication::other, true},
    {"CECPQ1_RSA", KeyExchange::other, Authentication::rsa, true},
    {"CECPQ1_ECDSA", KeyExchange::other, Authentication::ecdsa, true},
    {"FORTEZZA", KeyExchange::other, Authentication::other, false},
};

// RFC 8446 B.4, RFC 8998, RFC 9150 name the cipher alone; RFC 9367's GOST suites with MGM belong to TLS 1.3 too.
bool is_tls13(std::string_view name) {
  return (name.find("_WITH_") == std::string_view::npos) || name.find("_MGM_") != std::string_view::npos;
}

SuiteFacts read_name(std::string_view name) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  SuiteFacts facts;
  facts.chacha20 = has("CHACHA20");
  facts.aead = has("_GCM") || has("_CCM") || facts.chacha20 || has("_MGM_") || has("AEGIS");
  facts.null_encryption = has("WITH_NULL") || name.starts_with("TLS_SHA");
  facts.export_grade = has("EXPORT");
  facts.rc4 = has("RC4");
  facts.triple_des = has("3DES");

  if (is_tls13(name)) {
    facts.key_exchange = KeyExchange::tls13;
    facts.authentication = Authentication::by_scheme;
    facts.forward_secret = true;
    facts.tls12_only = true;
    return facts;
  }
  const auto row =
      std::ranges::find_if(kAgreements, [&](const Agreement& a) { return name.substr(4).starts_with(a.prefix); });
  if (row != std::end(kAgreements)) {
    facts.key_exchange = row->key_exchange;
    facts.authentication = row->authentication;
    facts.forward_secret = row->forward_secret;
  }
  // The PSK suites with CBC and a SHA-2 MAC may be negotiated below TLS 1.2 (RFC 5487 section 1, RFC 5489 section 3).
  const bool sha2 = (name.ends_with("_SHA256") || name.ends_with("_SHA384")) && !has("PSK_");
  facts.tls12_only = facts.aead || sha2 || has("GOSTR341112");
  return facts;
}

std::vector<SuiteFacts> read_all_names() {
  std::vector<SuiteFacts> all;
  for (const auto& row : all_cipher_suites()) {
    all.push_back(is_signalling(row.point) ? SuiteFacts{} : read_name(row.name));
  }
  return all;
}

// By code point, for forecasts ask this more often than anything else. The last entry is that of unnamed suites.
struct AllFacts {
  AllFacts() : facts(read_all_names()), position(kCodePoints, static_cast<std::uint16_t>(facts.size())) {
    std::uint16_t at = 0;
    for (const auto& row : all_cipher_suites()) position[row.point.value] = at++;
    facts.emplace_back();
  }
  static constexpr std::size_t kCodePoints = 65536;
  std::vector<SuiteFacts> facts;
  std::vector<std::uint16_t> position;
};

}  // namespace

SuiteFacts facts(CipherSuite suite) {
  static const AllFacts all;
  return all.facts[all.position[suite.value]];
}

}  // namespace ucready::tls
