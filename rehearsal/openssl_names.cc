#include "rehearsal/openssl_names.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "rehearsal/ssl_handle.h"

namespace ucready::rehearsal {
namespace {

struct GroupName {
  tls::Group group;
  const char* name;
};
constexpr GroupName kGroups[] = {
    {{0x0015}, "secp224r1"},       {{0x0016}, "secp256k1"},
    {{0x0017}, "P-256"},           {{0x0018}, "P-384"},
    {{0x0019}, "P-521"},           {{0x001a}, "brainpoolP256r1"},
    {{0x001b}, "brainpoolP384r1"}, {{0x001c}, "brainpoolP512r1"},
    {{0x001d}, "X25519"},          {{0x001e}, "X448"},
    {{0x0100}, "ffdhe2048"},       {{0x0101}, "ffdhe3072"},
    {{0x0102}, "ffdhe4096"},       {{0x0103}, "ffdhe6144"},
    {{0x0104}, "ffdhe8192"},
};

struct SchemeName {
  tls::SignatureScheme scheme;
  const char* name;  // nullptr: IANA's.
};
// OpenSSL has no single word for the elder ones.
constexpr SchemeName kSchemes[] = {
    {{0x0201}, "RSA+SHA1"}, {{0x0203}, "ECDSA+SHA1"}, {{0x0401}, nullptr}, {{0x0501}, nullptr},
    {{0x0601}, nullptr},    {{0x0403}, nullptr},      {{0x0503}, nullptr}, {{0x0603}, nullptr},
    {{0x0804}, nullptr},    {{0x0805}, nullptr},      {{0x0806}, nullptr}, {{0x0807}, nullptr},
    {{0x0808}, nullptr},    {{0x0809}, nullptr},      {{0x080a}, nullptr}, {{0x080b}, nullptr},
};

// Suites of other kinds (PSK, SRP, DSS, fixed Diffie-Hellman) need more than certificates, or are gone from OpenSSL.
bool is_of_certificates(tls::CipherSuite suite) {
  using tls::Authentication;
  using tls::KeyExchange;
  const tls::SuiteFacts facts = tls::facts(suite);
  constexpr std::array kExchanges = {KeyExchange::rsa, KeyExchange::dhe, KeyExchange::ecdhe, KeyExchange::tls13};
  constexpr std::array kProofs = {Authentication::none, Authentication::rsa, Authentication::ecdsa,
                                  Authentication::by_scheme};
  return std::ranges::find(kExchanges, facts.key_exchange) != kExchanges.end() &&
         std::ranges::find(kProofs, facts.authentication) != kProofs.end();
}

}  // namespace

std::optional<std::string> openssl_name(tls::CipherSuite suite) {
  static const SslContextHandle context(SSL_CTX_new(TLS_method()));
  static const SslHandle ssl(SSL_new(context.get()));
  const std::array<unsigned char, 2> wire = {static_cast<unsigned char>(suite.value >> 8),
                                             static_cast<unsigned char>(suite.value & 0xff)};
  const SSL_CIPHER* const cipher = SSL_CIPHER_find(ssl.get(), wire.data());
  if (cipher == nullptr || !is_of_certificates(suite)) return std::nullopt;
  return SSL_CIPHER_get_name(cipher);
}

std::optional<std::string> openssl_name(tls::Group group) {
  const auto* const row = std::ranges::find(kGroups, group, &GroupName::group);
  if (row == std::end(kGroups)) return std::nullopt;
  return row->name;
}

std::optional<std::string> openssl_name(tls::SignatureScheme scheme) {
  const auto* const row = std::ranges::find(kSchemes, scheme, &SchemeName::scheme);
  if (row == std::end(kSchemes)) return std::nullopt;
  return row->name == nullptr ? tls::name(scheme) : row->name;
}

}  // namespace ucready::rehearsal
