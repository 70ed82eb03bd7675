#include <algorithm>

#include "tls/client_hello.h"
#include "tls/extension.h"
#include "tls/handshake.h"
#include "tls/psk.h"

namespace ucready::tls {
namespace {

constexpr CipherSuite kEmptyRenegotiationInfo{0x00ff};  // RFC 5746 section 3.3.

bool offers_tls13(const HelloOffer& offer) { return std::ranges::find(offer.versions, kTls13) != offer.versions.end(); }

Version highest_version(const HelloOffer& offer) {
  return offer.versions.empty() ? kTls12 : std::ranges::max(offer.versions);
}

bool resumes(const HelloOffer& offer, Version version) { return offer.session && offer.session->version == version; }

template <typename Point>
void write_points(ByteWriter& out, const std::vector<Point>& points) {
  const std::span<std::uint8_t> room = out.more(2 * points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    room[2 * i] = static_cast<std::uint8_t>(points[i].value >> 8U);
    room[2 * i + 1] = static_cast<std::uint8_t>(points[i].value);
  }
}

template <typename Point>
void write_point_list(ByteWriter& out, ExtensionType type, const std::vector<Point>& points) {
  write_extension(out, type, [&] { out.u16_block([&] { write_points(out, points); }); });
}

void write_tls13_extensions(ByteWriter& out, const HelloOffer& offer, const HelloParts& parts) {
  write_extension(out, extension::kSupportedVersions,
                  [&] { out.u8_block([&] { write_points(out, offer.versions); }); });
  if (!parts.cookie.empty()) {
    write_extension(out, extension::kCookie, [&] { out.u16_block([&] { out.bytes(parts.cookie); }); });
  }
  write_extension(out, extension::kKeyShare, [&] {
    out.u16_block([&] {
      for (const KeyShareEntry& entry : parts.key_shares) {
        out.u16(entry.group.value);
        out.u16_block([&] { out.bytes(entry.share); });
      }
    });
  });
  constexpr std::uint8_t kPskDheKe = 1;
  write_extension(out, extension::kPskKeyExchangeModes, [&] { out.u8_block([&] { out.u8(kPskDheKe); }); });
}

// Empty extensions stand in front: some old servers refuse a hello whose last extension is empty.
void write_extensions(ByteWriter& out, const HelloOffer& offer, const HelloParts& parts) {
  if (!offer.server_name.empty()) {
    constexpr std::uint8_t kHostName = 0;
    write_extension(out, extension::kServerName, [&] {
      out.u16_block([&] {
        out.u8(kHostName);
        out.u16_block([&] { out.text(offer.server_name); });
      });
    });
  }
  write_extension(out, extension::kExtendedMasterSecret, [] {});
  write_extension(out, extension::kSessionTicket, [&] {
    if (resumes(offer, kTls12)) out.bytes(offer.session->ticket);
  });
  write_extension(out, extension::kRenegotiationInfo, [&] { out.u8_block([] {}); });
  if (!offer.groups.empty()) {
    constexpr std::uint8_t kUncompressed = 0;
    write_point_list(out, extension::kSupportedGroups, offer.groups);
    write_extension(out, extension::kEcPointFormats, [&] { out.u8_block([&] { out.u8(kUncompressed); }); });
  }
  if (!offer.alpn.empty()) {
    write_extension(out, extension::kAlpn, [&] {
      out.u16_block([&] {
        for (const std::string& protocol : offer.alpn) out.u8_block([&] { out.text(protocol); });
      });
    });
  }
  if (highest_version(offer) >= kTls12) {
    if (!offer.schemes.empty()) write_point_list(out, extension::kSignatureAlgorithms, offer.schemes);
    if (!offer.schemes_cert.empty()) write_point_list(out, extension::kSignatureAlgorithmsCert, offer.schemes_cert);
  }
  if (offers_tls13(offer)) write_tls13_extensions(out, offer, parts);
  for (const RawExtension& raw : offer.more) write_extension(out, raw.type, [&] { out.bytes(raw.content); });
}

Bytes write_message(const HelloOffer& offer, const HelloParts& parts, std::optional<std::size_t> padding) {
  const Version highest = highest_version(offer);
  const bool sslv3 = highest <= kSslv3;
  constexpr std::size_t kUsualRest = 512;
  ByteWriter out;
  out.reserve(kUsualRest + 2 * offer.suites.size());
  write_handshake(out, HandshakeType::client_hello, [&] {
    out.u16(std::min(highest, kTls12).value);
    out.bytes(parts.random);
    out.u8_block([&] { out.bytes(session_id_of(offer, parts)); });
    out.u16_block([&] {
      write_points(out, offer.suites);
      // SSLv3 has no extensions; this is how it says that it renegotiates safely.
      const bool listed = std::ranges::find(offer.suites, kEmptyRenegotiationInfo) != offer.suites.end();
      if (sslv3 && !listed) out.u16(kEmptyRenegotiationInfo.value);
    });
    out.u8_block([&] { out.u8(0); });  // Null compression.
    if (sslv3) return;
    out.u16_block([&] {
      write_extensions(out, offer, parts);
      if (padding) write_extension(out, extension::kPadding, [&] { out.bytes(Bytes(*padding)); });
      if (resumes(offer, kTls13)) write_pre_shared_key(out, *offer.session);
    });
  });
  return out.take();
}

}  // namespace

ByteView session_id_of(const HelloOffer& offer, const HelloParts& parts) {
  if (offers_tls13(offer)) return parts.session_id;
  if (!offer.session) return {};
  return offer.session->ticket.empty() ? ByteView(offer.session->id) : parts.session_id;
}

Bytes write_client_hello(const HelloOffer& offer, const HelloParts& parts) {
  Bytes message = write_message(offer, parts, std::nullopt);
  constexpr std::size_t kFirstBad = 256, kFirstGood = 512, kExtensionHeader = 4;
  const bool bad = message.size() >= kFirstBad && message.size() < kFirstGood;
  if (!bad || highest_version(offer) <= kSslv3) return message;
  const std::size_t missing = kFirstGood - message.size();
  // An empty padding would be an empty last extension.
  return write_message(offer, parts, std::max(missing, kExtensionHeader + 1) - kExtensionHeader);
}

}  // namespace ucready::tls
