// PPP and the framings of serial lines.
#include "passive/layer.h"

namespace ucready::passive {

Step of_ppp_protocol(std::uint16_t protocol, ByteView payload) {
  switch (protocol) {
    case 0x0021:
      return {.kind = Step::Kind::ipv4, .bytes = payload};
    case 0x0057:
      return {.kind = Step::Kind::ipv6, .bytes = payload};
    case 0x0281:
    case 0x0283:
      return layer(read_mpls, payload);
    case 0x0031: {  // RFC 3518 section 4.2: bridged frames
      constexpr std::uint8_t kEthernet = 1;
      ByteReader reader(payload);
      reader.u8();  // flags
      return reader.u8() == kEthernet ? layer(read_ethernet, reader.rest()) : not_ours();
    }
    default:
      return not_ours();
  }
}

Step read_ppp(ByteView bytes) {
  ByteReader reader(bytes);
  std::uint8_t first = reader.u8();
  if (first == 0xff) {
    reader.u8();  // control, 0x03
    first = reader.u8();
  }
  if (!reader.ok()) return malformed();
  // RFC 1661 section 6.5: a first byte that is odd is the whole of a compressed protocol field.
  if ((first & 1) != 0) return of_ppp_protocol(first, reader.rest());
  const auto protocol = static_cast<std::uint16_t>(first << 8 | reader.u8());
  return reader.ok() ? of_ppp_protocol(protocol, reader.rest()) : malformed();
}

}  // namespace ucready::passive
