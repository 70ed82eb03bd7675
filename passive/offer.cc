#include "passive/offer.h"

#include <fmt/format.h>

#include <algorithm>

#include "passive/quick_hash.h"
#include "tls/extension.h"
#include "trust/digest.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kMostHelloBytes = 64 * 1024;
constexpr std::size_t kMostCanonicalBytes = 16 * 1024;  // Longer ones are read anew each time.

template <typename Point>
std::vector<Point> without_grease(const std::vector<Point>& points) {
  std::vector<Point> kept;
  kept.reserve(points.size());
  std::ranges::copy_if(points, std::back_inserter(kept), [](Point point) { return !tls::is_grease(point.value); });
  return kept;
}

template <typename List, typename Text>
std::string joined(const List& list, char separator, Text&& text) {
  std::string all;
  for (const auto& item : list) {
    if (!all.empty()) all += separator;
    all += text(item);
  }
  return all;
}

template <typename Point>
std::string names(const std::vector<Point>& points) {
  return joined(without_grease(points), ',', [](Point point) { return tls::name(point); });
}

template <typename Point>
std::string decimals(const std::vector<Point>& points) {
  return joined(without_grease(points), '-', [](Point point) { return std::to_string(point.value); });
}

template <typename Point>
std::string hexadecimals(const std::vector<Point>& points) {
  return joined(points, ',', [](Point point) { return fmt::format("{:04x}", point.value); });
}

// Twelve digits of a SHA-256; zeros for nothing.
std::string ja4_hash(const std::string& text) {
  return text.empty() ? std::string(12, '0') : to_hex(trust::sha256(as_bytes(text))).substr(0, 12);
}

std::string_view ja4_version(tls::Version version) {
  switch (version.value) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    default:
      return "00";
  }
}

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// The first and last character of the first protocol; of its hexadecimal form where one of them is no letter or digit.
std::string ja4_alpn(const std::vector<std::string>& alpn) {
  if (alpn.empty() || alpn.front().empty()) return "00";
  const std::string& first = alpn.front();
  const bool readable = is_alphanumeric(first.front()) && is_alphanumeric(first.back());
  const std::string shown = readable ? first : to_hex(as_bytes(first));
  return {shown.front(), shown.back()};
}

// Commas part the names of a list, so one inside a name must not.
std::string alpn_text(const std::vector<std::string>& alpn) {
  std::string all;
  for (const std::string& name : alpn) {
    const bool is_grease =
        name.size() == 2 && name[0] == name[1] && (static_cast<unsigned char>(name[0]) & 0x0fU) == 0x0aU;
    if (is_grease) continue;
    if (!all.empty()) all += ',';
    for (const char c : name) {
      const bool plain = c > ' ' && c < '\x7f' && c != ',' && c != '\\';
      all += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return all;
}

db::ClientOfferPtr make_offer(ByteView message, bool sslv2, ByteView canonical) {
  constexpr std::size_t kHeaderBytes = 4;
  const auto hello =
      sslv2 ? tls::read_sslv2_client_hello(message) : tls::read_client_hello(message.subspan(kHeaderBytes));
  if (!hello) return nullptr;
  auto offer = std::make_shared<db::ClientOffer>();
  const ByteView kept = message.first(std::min(message.size(), kMostHelloBytes));
  offer->hello.assign(kept.begin(), kept.end());
  offer->offer_id = to_hex(trust::sha256(canonical));
  offer->versions = hello->versions.empty() ? tls::name(hello->legacy_version) : names(hello->versions);
  offer->ciphers = names(hello->suites);
  offer->groups = names(hello->groups);
  offer->signature_schemes = names(hello->schemes);
  offer->signature_schemes_cert = names(hello->schemes_cert);
  offer->alpn = alpn_text(hello->alpn);
  offer->extensions = names(hello->extensions);
  offer->ja3 = to_hex(trust::md5(as_bytes(ja3_text(*hello))));
  offer->ja4 = ja4(*hello);
  offer->highest = hello->highest_version();
  return offer;
}

// All that can be said of it is its version. Its id is the digest of what stands behind its random.
db::ClientOfferPtr malformed_offer(ByteView message) {
  auto offer = std::make_shared<db::ClientOffer>();
  const ByteView kept = message.first(std::min(message.size(), kMostHelloBytes));
  offer->hello.assign(kept.begin(), kept.end());
  ByteReader reader(message);
  reader.u32();  // msg_type, length
  offer->highest = tls::Version{reader.u16()};
  offer->versions = tls::name(offer->highest);
  reader.bytes(32);  // random
  offer->offer_id = to_hex(trust::sha256(reader.rest()));
  return offer;
}

}  // namespace

std::string ja3_text(const tls::ClientHello& hello) {
  const std::string formats =
      joined(hello.point_formats, '-', [](std::uint8_t format) { return std::to_string(format); });
  return fmt::format("{},{},{},{},{}", hello.legacy_version.value, decimals(hello.suites), decimals(hello.extensions),
                     decimals(hello.groups), formats);
}

std::string ja4(const tls::ClientHello& hello) {
  constexpr std::size_t kMostCount = 99;
  std::vector<tls::CipherSuite> suites = without_grease(hello.suites);
  std::vector<tls::ExtensionType> extensions = without_grease(hello.extensions);
  const std::string counts =
      fmt::format("{:02}{:02}", std::min(suites.size(), kMostCount), std::min(extensions.size(), kMostCount));
  std::erase(extensions, tls::extension::kServerName);
  std::erase(extensions, tls::extension::kAlpn);
  std::ranges::sort(suites);
  std::ranges::sort(extensions);
  std::string extension_text = hexadecimals(extensions);
  if (const auto schemes = without_grease(hello.schemes); !schemes.empty()) {
    extension_text += '_' + hexadecimals(schemes);
  }
  return fmt::format("t{}{}{}{}_{}_{}", ja4_version(hello.highest_version()),
                     hello.has(tls::extension::kServerName) ? 'd' : 'i', counts, ja4_alpn(hello.alpn),
                     ja4_hash(hexadecimals(suites)), extensions.empty() ? ja4_hash({}) : ja4_hash(extension_text));
}

db::ClientOfferPtr OfferBook::read(ByteView message, bool sslv2, HelloFields& fields) {
  ByteReader reader(message);
  if (!sslv2) reader.u32();  // msg_type, length
  if (!read_canonical(reader.rest(), sslv2, fields, canonical_)) return malformed_offer(message);
  Place& place = places_[quick_hash(canonical_) % places_.size()];
  if (place.offer && std::ranges::equal(place.canonical, canonical_)) return place.offer;
  db::ClientOfferPtr offer = make_offer(message, sslv2, canonical_);
  ++made_;
  if (!offer) return malformed_offer(message);
  if (canonical_.size() <= kMostCanonicalBytes) place = Place{canonical_, offer};
  return offer;
}

}  // namespace ucready::passive
