// Extension blocks (RFC 8446 section 4.2): the numbers this room reads or writes, and the walk over a block.
#pragma once

#include <vector>

#include "core/bytes.h"
#include "tls/code_points.h"

namespace ucready::tls {

namespace extension {
inline constexpr ExtensionType kServerName{0};             // RFC 6066 section 3
inline constexpr ExtensionType kStatusRequest{5};          // RFC 6066 section 8
inline constexpr ExtensionType kSupportedGroups{10};       // RFC 8422 section 5.1.1
inline constexpr ExtensionType kEcPointFormats{11};        // RFC 8422 section 5.1.2
inline constexpr ExtensionType kSignatureAlgorithms{13};   // RFC 8446 section 4.2.3
inline constexpr ExtensionType kAlpn{16};                  // RFC 7301
inline constexpr ExtensionType kSignedTimestamp{18};       // RFC 6962 section 3.3.1
inline constexpr ExtensionType kPadding{21};               // RFC 7685
inline constexpr ExtensionType kExtendedMasterSecret{23};  // RFC 7627
inline constexpr ExtensionType kSessionTicket{35};         // RFC 5077
inline constexpr ExtensionType kPreSharedKey{41};
inline constexpr ExtensionType kSupportedVersions{43};
inline constexpr ExtensionType kCookie{44};
inline constexpr ExtensionType kPskKeyExchangeModes{45};
inline constexpr ExtensionType kCertificateAuthorities{47};
inline constexpr ExtensionType kSignatureAlgorithmsCert{50};
inline constexpr ExtensionType kKeyShare{51};
inline constexpr ExtensionType kRenegotiationInfo{0xff01};  // RFC 5746
}  // namespace extension

// Calls visit(type, content) for each extension of a block without its length; false when the block is cut short.
template <typename Visit>
[[nodiscard]] bool for_each_extension(ByteView block, Visit&& visit) {
  ByteReader reader(block);
  while (!reader.empty()) {
    const ExtensionType type{reader.u16()};
    const ByteView content = reader.u16_block();
    if (!reader.ok()) return false;
    visit(type, content);
  }
  return reader.ok();
}

template <typename Body>
void write_extension(ByteWriter& out, ExtensionType type, Body&& body) {
  out.u16(type.value);
  out.u16_block(static_cast<Body&&>(body));
}

// The rest of a list of 16-bit numbers; `reader` is not ok() afterwards when half a number is left over.
template <typename Point>
std::vector<Point> read_points(ByteReader& reader) {
  std::vector<Point> points;
  points.reserve(reader.remaining() / 2);
  while (!reader.empty()) {
    const Point point{reader.u16()};
    if (reader.ok()) points.push_back(point);
  }
  return points;
}

}  // namespace ucready::tls
