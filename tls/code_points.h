// The numbers of TLS and their names. Numbers stay open: one without a name is printed as hexadecimal and is no error.
// Names as in IANA's TLS registries, with historic ones added; the tables stand in tls/registry/*.inc.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ucready::tls {

template <typename Tag, typename Int = std::uint16_t>
struct CodePoint {
  using Integer = Int;
  Int value{};
  auto operator<=>(const CodePoint&) const = default;
};

using Version = CodePoint<struct VersionTag>;
using CipherSuite = CodePoint<struct CipherSuiteTag>;
using Group = CodePoint<struct GroupTag>;
using SignatureScheme = CodePoint<struct SignatureSchemeTag>;
using ExtensionType = CodePoint<struct ExtensionTypeTag>;
using Alert = CodePoint<struct AlertTag, std::uint8_t>;

inline constexpr Version kSslv2{0x0002}, kSslv3{0x0300}, kTls10{0x0301}, kTls11{0x0302}, kTls12{0x0303}, kTls13{0x0304};

// "TLSv1.2", "x25519", "ecdsa_secp256r1_sha256", "unknown_ca", "TLS_RSA_WITH_NULL_SHA"; "0x1a2b" (alerts: "0x5b") where
// the registries know no name. Signalling suites (0x00ff, 0x5600) and GREASE have names too.
std::string name(Version version);
std::string name(CipherSuite suite);
std::string name(Group group);
std::string name(SignatureScheme scheme);
std::string name(ExtensionType type);
std::string name(Alert alert);

// The other way; also takes "0x1a2b". Nothing for what is no name.
std::optional<Version> parse_version(std::string_view text);
std::optional<CipherSuite> parse_cipher_suite(std::string_view text);
std::optional<Group> parse_group(std::string_view text);
std::optional<SignatureScheme> parse_signature_scheme(std::string_view text);

template <typename Point>
struct NamedCodePoint {
  Point point;
  std::string_view name;
};

// Whole registries, ordered by number.
std::span<const NamedCodePoint<CipherSuite>> all_cipher_suites();
std::span<const NamedCodePoint<Group>> all_groups();
std::span<const NamedCodePoint<SignatureScheme>> all_signature_schemes();
std::span<const NamedCodePoint<ExtensionType>> all_extension_types();
std::span<const NamedCodePoint<Alert>> all_alerts();

bool is_grease(std::uint16_t value);  // RFC 8701 section 2.
bool is_signalling(CipherSuite suite);

// How a suite agrees on keys and who proves the server's identity, read from its name.
enum class KeyExchange { unknown, none, rsa, dh, dhe, ecdh, ecdhe, psk, srp, krb5, gost, tls13, other };
enum class Authentication { unknown, none, rsa, dss, ecdsa, psk, gost, other, by_scheme };  // anonymous suites: none.

struct SuiteFacts {
  KeyExchange key_exchange = KeyExchange::unknown;
  Authentication authentication = Authentication::unknown;
  bool aead = false;
  bool null_encryption = false;
  bool export_grade = false;
  bool rc4 = false;
  bool triple_des = false;
  bool chacha20 = false;
  bool tls12_only = false;  // AEAD or SHA-2 MAC suites, which do not exist below TLS 1.2 (RFC 5246 section 1.2).
  bool forward_secret = false;
};
SuiteFacts facts(CipherSuite suite);

}  // namespace ucready::tls

template <typename Tag, typename Int>
struct std::hash<ucready::tls::CodePoint<Tag, Int>> {
  std::size_t operator()(const ucready::tls::CodePoint<Tag, Int>& point) const noexcept { return point.value; }
};
