// Ethernet and what stands between it and IP: tags, labels, LLC.
#include "passive/layer.h"

namespace ucready::passive {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86dd;
constexpr std::uint16_t kLargestLength = 1500;  // A type field up to it is a length (IEEE 802.3 clause 3.2.6).

// IEEE 802.1Q clause 9: one tag; another may follow as the next ether type.
Step read_vlan(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();  // priority and VLAN
  const std::uint16_t type = reader.u16();
  return reader.ok() ? of_ether_type(type, reader.rest()) : malformed();
}

// Cisco metadata, which carries a security group tag: as many options of four bytes as the length says.
Step read_cisco_metadata(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u8();  // version
  const std::size_t options = reader.u8();
  reader.bytes(options * 4);
  const std::uint16_t type = reader.u16();
  return reader.ok() ? of_ether_type(type, reader.rest()) : malformed();
}

template <std::size_t count>
Step read_type_behind(ByteView bytes) {
  ByteReader reader(bytes);
  reader.bytes(count);
  const std::uint16_t type = reader.u16();
  return reader.ok() ? of_ether_type(type, reader.rest()) : malformed();
}

template <std::size_t count>
Step read_ethernet_behind(ByteView bytes) {
  ByteReader reader(bytes);
  reader.bytes(count);
  return reader.ok() ? layer(read_ethernet, reader.rest()) : malformed();
}

// RFC 2516 section 4.
Step read_pppoe(ByteView bytes) {
  constexpr std::uint8_t kVersionAndType = 0x11;
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  const std::uint8_t code = reader.u8();
  reader.u16();  // session
  const std::uint16_t length = reader.u16();
  if (!reader.ok() || version != kVersionAndType) return malformed();
  if (code != 0) return not_ours();
  // Access servers wrap packets of which the IP header counts the padding of the frame they came in: the receiver gets
  // what this length says. Where it says more than there is, the IP header is the better one.
  const bool bounded = length != 0 && length <= reader.remaining();
  Step inner = layer(read_ppp, bounded ? reader.bytes(length) : reader.rest());
  inner.whole = bounded;
  return inner;
}

// Whether an Ethernet header may begin `skipped` bytes on: its type field says something known.
bool looks_like_ethernet(ByteView bytes, std::size_t skipped) {
  ByteReader reader(bytes);
  reader.bytes(skipped + 12);  // addresses
  const std::uint16_t type = reader.u16();
  return reader.ok() && type > kLargestLength && of_ether_type(type, {}).kind != Step::Kind::not_ours;
}

// Whether the length field of an IP header is that of the bytes.
bool fits_ip(ByteView bytes) {
  ByteReader reader(bytes);
  if (bytes.front() >> 4U == 4) {
    reader.u16();  // version, header length, type of service
    return reader.u16() == bytes.size();
  }
  reader.u32();  // version, traffic class, flow label
  constexpr std::size_t kHeaderBytes = 40;
  return reader.u16() + kHeaderBytes == bytes.size();
}

}  // namespace

Step of_ether_type(std::uint16_t ether_type, ByteView payload) {
  if (ether_type == kIpv4) return {.kind = Step::Kind::ipv4, .bytes = payload};
  if (ether_type == kIpv6) return {.kind = Step::Kind::ipv6, .bytes = payload};
  if (ether_type <= kLargestLength) return layer(read_llc, payload);
  switch (ether_type) {
    case 0x8100:  // 802.1Q
    case 0x88a8:  // 802.1ad
    case 0x9100:  // QinQ before it had a standard
    case 0x9200:
    case 0x9300:
      return layer(read_vlan, payload);
    case 0x8909:
      return layer(read_cisco_metadata, payload);
    case 0x8926:  // Cisco VN-Tag
      return layer(read_type_behind<4>, payload);
    case 0x893f:  // 802.1BR E-Tag
      return layer(read_type_behind<6>, payload);
    case 0x88e7:  // 802.1ah
      return layer(read_ethernet_behind<4>, payload);
    case 0x8903:  // Cisco FabricPath
      return layer(read_ethernet_behind<2>, payload);
    case 0x6558:  // Transparent Ethernet bridging
      return layer(read_ethernet, payload);
    case 0x8847:
    case 0x8848:
      return layer(read_mpls, payload);
    case 0x8864:
      return layer(read_pppoe, payload);
    case 0x880b:
      return layer(read_ppp, payload);
    case 0x8870:  // LLC in a jumbo frame
      return layer(read_llc, payload);
    default:
      return not_ours();
  }
}

Step read_ethernet(ByteView bytes) {
  ByteReader reader(bytes);
  reader.bytes(6);  // destination
  reader.bytes(6);  // source
  const std::uint16_t type = reader.u16();
  return reader.ok() ? of_ether_type(type, reader.rest()) : malformed();
}

Step read_llc(ByteView bytes) {
  constexpr std::uint8_t kSnap = 0xaa;
  constexpr std::uint8_t kIpAccessPoint = 0x06;
  constexpr std::uint8_t kIsoAccessPoint = 0xfe;
  constexpr std::uint8_t kUnnumbered = 0x03;
  ByteReader reader(bytes);
  const std::uint8_t destination = reader.u8();
  const std::uint8_t source = reader.u8();
  const std::uint8_t control = reader.u8();
  if (!reader.ok()) return malformed();
  if (control != kUnnumbered || destination != source) return not_ours();
  if (destination == kIpAccessPoint) return ip(reader.rest());
  if (destination == kIsoAccessPoint) {
    const std::uint8_t protocol = reader.u8();
    return protocol == 0xcc || protocol == 0x8e ? ip(reader.rest()) : not_ours();
  }
  if (destination != kSnap) return not_ours();
  const std::uint32_t organisation = reader.u24();
  const std::uint16_t type = reader.u16();
  if (!reader.ok()) return malformed();
  // RFC 1042 and 802.1H write ether types; RFC 2684 section 5.2 a bridged frame, after two bytes of padding or not.
  if (organisation == 0 || organisation == 0x0000f8) return of_ether_type(type, reader.rest());
  if (organisation == 0x0080c2 && (type == 1 || type == 7)) {
    reader.u16();  // padding
    return layer(read_ethernet, reader.rest());
  }
  return not_ours();
}

Step read_mpls(ByteView bytes) {
  constexpr std::size_t kMostLabels = 16;
  constexpr std::uint32_t kBottomOfStack = 0x100;
  ByteReader reader(bytes);
  std::uint32_t entry = 0;
  for (std::size_t i = 0; i < kMostLabels && reader.ok() && (entry & kBottomOfStack) == 0; ++i) entry = reader.u32();
  if (!reader.ok() || (entry & kBottomOfStack) == 0) return malformed();
  const ByteView payload = reader.rest();
  if (payload.empty()) return malformed();
  // RFC 4928 section 3: IP by its version; a pseudowire's control word begins with 0, as may an Ethernet address.
  const unsigned nibble = payload.front() >> 4U;
  const bool bridged = looks_like_ethernet(payload, 0);
  if (nibble == 0 && looks_like_ethernet(payload, 4)) return layer(read_ethernet_behind<4>, payload);
  if ((nibble == 4 || nibble == 6) && (!bridged || fits_ip(payload))) return ip(payload);
  return bridged ? layer(read_ethernet, payload) : not_ours();
}

}  // namespace ucready::passive
