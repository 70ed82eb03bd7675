#include "tls/code_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ucready::tls {
namespace {

constexpr NamedCodePoint<Version> kVersions[] = {
    {kSslv2, "SSLv2"},   {kSslv3, "SSLv3"},   {kTls10, "TLSv1.0"},
    {kTls11, "TLSv1.1"}, {kTls12, "TLSv1.2"}, {kTls13, "TLSv1.3"},
};
constexpr NamedCodePoint<CipherSuite> kCipherSuites[] = {
#include "tls/registry/cipher_suites.inc"
};
constexpr NamedCodePoint<Group> kGroups[] = {
#include "tls/registry/groups.inc"
};
constexpr NamedCodePoint<SignatureScheme> kSignatureSchemes[] = {
#include "tls/registry/signature_schemes.inc"
};
constexpr NamedCodePoint<ExtensionType> kExtensionTypes[] = {
#include "tls/registry/extension_types.inc"
};
constexpr NamedCodePoint<Alert> kAlerts[] = {
#include "tls/registry/alerts.inc"
};

template <typename Point>
std::string name_in(std::span<const NamedCodePoint<Point>> registry, Point point) {
  const auto at = std::ranges::lower_bound(registry, point, {}, &NamedCodePoint<Point>::point);
  if (at != registry.end() && at->point == point) return std::string(at->name);
  if constexpr (sizeof(point.value) == 1) {
    return fmt::format("{:#04x}", point.value);
  } else {
    if (is_grease(point.value)) return fmt::format("grease_0x{:04X}", point.value);
    return fmt::format("{:#06x}", point.value);
  }
}

std::optional<std::uint16_t> parse_hexadecimal(std::string_view text) {
  if (text.starts_with("grease_")) text.remove_prefix(7);
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  text.remove_prefix(2);
  std::uint16_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

template <typename Point>
std::optional<Point> parse_in(std::span<const NamedCodePoint<Point>> registry, std::string_view text) {
  // A few historic suites share a name; the lowest number stands first and wins.
  const auto at = std::ranges::find(registry, text, &NamedCodePoint<Point>::name);
  if (at != registry.end()) return at->point;
  if (const auto value = parse_hexadecimal(text)) return Point{*value};
  return std::nullopt;
}

}  // namespace

std::string name(Version version) { return name_in<Version>(kVersions, version); }
std::string name(CipherSuite suite) { return name_in<CipherSuite>(kCipherSuites, suite); }
std::string name(Group group) { return name_in<Group>(kGroups, group); }
std::string name(SignatureScheme scheme) { return name_in<SignatureScheme>(kSignatureSchemes, scheme); }
std::string name(ExtensionType type) { return name_in<ExtensionType>(kExtensionTypes, type); }
std::string name(Alert alert) { return name_in<Alert>(kAlerts, alert); }

std::optional<Version> parse_version(std::string_view text) { return parse_in<Version>(kVersions, text); }
std::optional<CipherSuite> parse_cipher_suite(std::string_view text) {
  return parse_in<CipherSuite>(kCipherSuites, text);
}
std::optional<Group> parse_group(std::string_view text) { return parse_in<Group>(kGroups, text); }
std::optional<SignatureScheme> parse_signature_scheme(std::string_view text) {
  return parse_in<SignatureScheme>(kSignatureSchemes, text);
}

std::span<const NamedCodePoint<CipherSuite>> all_cipher_suites() { return kCipherSuites; }
std::span<const NamedCodePoint<Group>> all_groups() { return kGroups; }
std::span<const NamedCodePoint<SignatureScheme>> all_signature_schemes() { return kSignatureSchemes; }
std::span<const NamedCodePoint<ExtensionType>> all_extension_types() { return kExtensionTypes; }
std::span<const NamedCodePoint<Alert>> all_alerts() { return kAlerts; }

bool is_grease(std::uint16_t value) { return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff); }

bool is_signalling(CipherSuite suite) {
  constexpr CipherSuite kEmptyRenegotiationInfo{0x00ff}, kFallback{0x5600};  // RFC 5746 section 3.3; RFC 7507.
  return suite == kEmptyRenegotiationInfo || suite == kFallback;
}

}  // namespace ucready::tls
