// What IP carries that carries IP again.
#include "passive/layer.h"

namespace ucready::passive {
namespace {

// RFC 4302 section 2: the length counts words of four bytes, less two.
Step read_authentication(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint8_t next = reader.u8();
  const std::size_t words = reader.u8();
  constexpr std::size_t kFields = 2;
  reader.bytes((words + 2) * 4 - kFields);
  return reader.ok() ? of_ip_protocol(next, reader.rest()) : malformed();
}

// RFC 3378.
Step read_ethernet_in_ip(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();  // version
  return reader.ok() ? layer(read_ethernet, reader.rest()) : malformed();
}

// ERSPAN type II: session and index, then the mirrored frame.
Step read_erspan2(ByteView bytes) {
  ByteReader reader(bytes);
  reader.bytes(8);
  return reader.ok() ? layer(read_ethernet, reader.rest()) : malformed();
}

// ERSPAN type III; its last bit says that eight bytes for the platform follow.
Step read_erspan3(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();  // version and VLAN
  reader.u16();  // session
  reader.u32();  // time stamp
  reader.u16();  // security group tag
  const std::uint16_t flags = reader.u16();
  if ((flags & 1) != 0) reader.bytes(8);
  if (!reader.ok()) return malformed();
  constexpr unsigned kEthernet = 0;
  constexpr unsigned kIp = 2;
  const unsigned frame_type = flags >> 10U & 0x1fU;
  if (frame_type == kIp) return ip(reader.rest());
  return frame_type == kEthernet ? layer(read_ethernet, reader.rest()) : not_ours();
}

// RFC 7348 section 5.
Step read_vxlan(ByteView bytes) {
  constexpr std::uint8_t kHasNetwork = 0x08;
  ByteReader reader(bytes);
  const std::uint8_t flags = reader.u8();
  reader.bytes(7);  // reserved, network
  if (!reader.ok() || (flags & kHasNetwork) == 0) return not_ours();
  return layer(read_ethernet, reader.rest());
}

// draft-ietf-nvo3-vxlan-gpe section 3.
Step read_vxlan_gpe(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint8_t flags = reader.u8();
  reader.u16();  // reserved
  const std::uint8_t next = reader.u8();
  reader.u32();  // network, reserved
  if (!reader.ok() || (flags & 0x04) == 0) return not_ours();
  if (next == 1 || next == 2) return ip(reader.rest());
  return next == 3 ? layer(read_ethernet, reader.rest()) : not_ours();
}

// RFC 8926 section 3.4.
Step read_geneve(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint8_t first = reader.u8();
  reader.u8();  // flags
  const std::uint16_t protocol = reader.u16();
  reader.u32();  // network, reserved
  reader.bytes(std::size_t{first & 0x3fU} * 4);
  if (!reader.ok() || first >> 6U != 0) return not_ours();
  return of_ether_type(protocol, reader.rest());
}

// 3GPP TS 29.281 section 5.
Step read_gtp_user(ByteView bytes) {
  constexpr std::uint8_t kVersion1 = 0x30;  // and protocol type 1
  constexpr std::uint8_t kAnyOptional = 0x07;
  constexpr std::uint8_t kPayload = 0xff;
  ByteReader reader(bytes);
  const std::uint8_t flags = reader.u8();
  const std::uint8_t type = reader.u8();
  reader.u16();  // length
  reader.u32();  // tunnel
  if (!reader.ok() || (flags & 0xf0) != kVersion1 || type != kPayload) return not_ours();
  if ((flags & kAnyOptional) != 0) {
    reader.u16();  // sequence
    reader.u8();   // N-PDU
    std::uint8_t extension = reader.u8();
    if ((flags & 0x04) == 0) extension = 0;
    while (extension != 0 && reader.ok()) {
      const std::size_t words = reader.u8();
      if (words == 0) return malformed();
      reader.bytes(words * 4 - 2);
      extension = reader.u8();
    }
  }
  return reader.ok() ? ip(reader.rest()) : malformed();
}

// RFC 2661 section 3.1: version 2.
Step read_l2tp(ByteView bytes) {
  constexpr std::uint16_t kControl = 0x8000;
  constexpr std::uint16_t kLength = 0x4000;
  constexpr std::uint16_t kSequence = 0x0800;
  constexpr std::uint16_t kOffset = 0x0200;
  ByteReader reader(bytes);
  const std::uint16_t flags = reader.u16();
  if ((flags & 0x000f) != 2 || (flags & kControl) != 0) return not_ours();
  if ((flags & kLength) != 0) reader.u16();
  reader.u16();  // tunnel
  reader.u16();  // session
  if ((flags & kSequence) != 0) reader.u32();
  if ((flags & kOffset) != 0) reader.u16_block();
  return reader.ok() ? layer(read_ppp, reader.rest()) : malformed();
}

// RFC 4380 section 5.1.1: perhaps authentication, perhaps an origin, then IPv6.
Step read_teredo(ByteView bytes) {
  ByteReader reader(bytes);
  ByteReader behind_authentication = reader;
  if (behind_authentication.u16() == 1) {
    const std::size_t client = behind_authentication.u8();
    const std::size_t value = behind_authentication.u8();
    behind_authentication.bytes(client + value + 9);  // nonce, confirmation
    reader = behind_authentication;
  }
  ByteReader behind_origin = reader;
  if (behind_origin.u16() == 0) {
    behind_origin.bytes(6);
    reader = behind_origin;
  }
  const ByteView payload = reader.rest();
  if (payload.empty() || payload.front() >> 4U != 6) return not_ours();
  return {.kind = Step::Kind::ipv6, .bytes = payload};
}

struct UdpTunnel {
  std::uint16_t port;
  Step::Reader read;
};

constexpr UdpTunnel kUdpTunnels[] = {
    {4789, read_vxlan},     {8472, read_vxlan},  // Linux's first port for it
    {4790, read_vxlan_gpe}, {6081, read_geneve}, {2152, read_gtp_user},
    {1701, read_l2tp},      {3544, read_teredo}, {6635, read_mpls},  // RFC 7510
};

Step::Reader tunnel_of(std::uint16_t port) {
  for (const UdpTunnel& tunnel : kUdpTunnels) {
    if (tunnel.port == port) return tunnel.read;
  }
  return nullptr;
}

}  // namespace

Step read_gre(ByteView bytes) {
  constexpr std::uint16_t kChecksum = 0x8000;
  constexpr std::uint16_t kRouting = 0x4000;
  constexpr std::uint16_t kKey = 0x2000;
  constexpr std::uint16_t kSequence = 0x1000;
  constexpr std::uint16_t kAcknowledgement = 0x0080;  // Version 1 only.
  constexpr std::uint16_t kErspan12 = 0x88be;
  constexpr std::uint16_t kErspan3 = 0x22eb;
  constexpr std::uint16_t kWccp = 0x883e;
  ByteReader reader(bytes);
  const std::uint16_t flags = reader.u16();
  const std::uint16_t protocol = reader.u16();
  const unsigned version = flags & 7U;
  if (version > 1) return not_ours();
  if ((flags & (kChecksum | kRouting)) != 0) reader.u32();
  if ((flags & kKey) != 0) reader.u32();
  if ((flags & kSequence) != 0) reader.u32();
  if (version == 1 && (flags & kAcknowledgement) != 0) reader.u32();
  while (version == 0 && (flags & kRouting) != 0 && reader.ok()) {  // RFC 1701: source routes, to an empty one.
    const std::uint16_t family = reader.u16();
    reader.u8();  // offset
    const ByteView route = reader.u8_block();
    if (family == 0 && route.empty()) break;
  }
  if (!reader.ok()) return malformed();
  ByteView payload = reader.rest();
  if (payload.empty()) return not_ours();  // An acknowledgement of PPTP.
  // Type I has no header of its own; that of type II numbers its packets in GRE.
  if (protocol == kErspan12) return layer((flags & kSequence) != 0 ? read_erspan2 : read_ethernet, payload);
  if (protocol == kErspan3) return layer(read_erspan3, payload);
  if (protocol == kWccp) {  // Version 2 puts four bytes in front of IP.
    if (!payload.empty() && payload.front() >> 4U != 4 && payload.size() > 4) payload = payload.subspan(4);
    return ip(payload);
  }
  // Aruba's controllers carry the frames of their access points, one protocol number a radio queue.
  if ((protocol & 0xff0f) == 0x8200) return layer(read_wifi, payload);
  return of_ether_type(protocol, payload);
}

Step read_udp(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint16_t source = reader.u16();
  const std::uint16_t destination = reader.u16();
  reader.u16();  // length: that of IP has cut the packet already
  reader.u16();  // checksum
  if (!reader.ok()) return malformed();
  Step::Reader read = tunnel_of(destination);
  if (read == nullptr) read = tunnel_of(source);
  return read == nullptr ? not_ours() : layer(read, reader.rest());
}

Step of_ip_protocol(std::uint8_t protocol, ByteView payload) {
  switch (protocol) {
    case 6:
      return {.kind = Step::Kind::tcp, .bytes = payload};
    case 4:
      return {.kind = Step::Kind::ipv4, .bytes = payload};
    case 41:
      return {.kind = Step::Kind::ipv6, .bytes = payload};
    case 17:
      return layer(read_udp, payload);
    case 47:
      return layer(read_gre, payload);
    case 51:
      return layer(read_authentication, payload);
    case 97:
      return layer(read_ethernet_in_ip, payload);
    case 137:  // RFC 4023
      return layer(read_mpls, payload);
    default:
      return not_ours();
  }
}

}  // namespace ucready::passive
