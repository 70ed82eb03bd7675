// The link layers that capture files name, but for Ethernet.
#include "passive/layer.h"

namespace ucready::passive {
namespace {

// The address family of the capturing machine, in its byte order or the network's; IPv6 has a number a system.
Step read_null(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint32_t family = reader.u32();
  if (!reader.ok()) return malformed();
  const std::uint32_t number = family > 0xffff ? family >> 24 : family & 0xff;
  switch (number) {
    case 2:   // AF_INET, everywhere
    case 10:  // AF_INET6: Linux
    case 23:  // Windows
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // macOS
      return ip(reader.rest());
    default:
      return not_ours();
  }
}

Step of_linux_protocol(std::uint16_t protocol, ByteView payload) {
  constexpr std::uint16_t kLlc = 4;
  if (protocol == kLlc) return layer(read_llc, payload);
  return protocol < 0x600 ? not_ours() : of_ether_type(protocol, payload);
}

Step read_cooked(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();     // packet type
  reader.u16();     // ARPHRD type
  reader.u16();     // length of the address
  reader.bytes(8);  // address
  const std::uint16_t protocol = reader.u16();
  return reader.ok() ? of_linux_protocol(protocol, reader.rest()) : malformed();
}

Step read_cooked2(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint16_t protocol = reader.u16();
  reader.u16();     // reserved
  reader.u32();     // interface
  reader.u16();     // ARPHRD type
  reader.u8();      // packet type
  reader.u8();      // length of the address
  reader.bytes(8);  // address
  return reader.ok() ? of_linux_protocol(protocol, reader.rest()) : malformed();
}

Step read_cisco_hdlc(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u8();  // address
  reader.u8();  // control
  const std::uint16_t type = reader.u16();
  return reader.ok() ? of_ether_type(type, reader.rest()) : malformed();
}

// PPP, or Cisco's HDLC, told by the address byte.
Step read_serial(ByteView bytes) {
  constexpr std::uint8_t kUnicast = 0x0f;
  constexpr std::uint8_t kMulticast = 0x8f;
  const std::uint8_t address = ByteReader(bytes).u8();
  return address == kUnicast || address == kMulticast ? read_cisco_hdlc(bytes) : read_ppp(bytes);
}

// RFC 2427; Cisco's own framing has an ether type where others have control and NLPID.
Step read_frame_relay(ByteView bytes) {
  ByteReader reader(bytes);
  std::uint8_t address = 0;
  for (int i = 0; i < 4 && reader.ok() && (address & 1) == 0; ++i) address = reader.u8();
  const ByteView behind = reader.rest();
  ByteReader rest(behind);
  const std::uint8_t control = rest.u8();
  if (control != 0x03) {
    ByteReader cisco(behind);
    const std::uint16_t type = cisco.u16();
    return cisco.ok() ? of_ether_type(type, cisco.rest()) : malformed();
  }
  std::uint8_t protocol = rest.u8();
  if (protocol == 0) protocol = rest.u8();  // padding
  if (!rest.ok()) return malformed();
  if (protocol == 0xcc || protocol == 0x8e) return ip(rest.rest());
  if (protocol != 0x80) return not_ours();
  rest.u24();  // organisation
  const std::uint16_t type = rest.u16();
  return rest.ok() ? of_ether_type(type, rest.rest()) : malformed();
}

Step read_fddi(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u8();       // frame control
  reader.bytes(12);  // addresses
  return reader.ok() ? layer(read_llc, reader.rest()) : malformed();
}

Step read_token_ring(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();     // access and frame control
  reader.bytes(6);  // destination
  const ByteView source = reader.bytes(6);
  if (!reader.ok()) return malformed();
  if ((source.front() & 0x80) != 0) {  // A source route, which begins with its length.
    const std::size_t route = reader.u8() & 0x1fU;
    if (route < 2) return malformed();
    reader.bytes(route - 1);
  }
  return reader.ok() ? layer(read_llc, reader.rest()) : malformed();
}

std::uint16_t little_endian_u16(ByteReader& reader) {
  const std::uint16_t value = reader.u16();
  return static_cast<std::uint16_t>(value << 8 | value >> 8);
}

Step read_radiotap(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();  // version, padding
  const std::size_t length = little_endian_u16(reader);
  constexpr std::size_t kFields = 4;
  if (!reader.ok() || length < kFields) return malformed();
  reader.bytes(length - kFields);
  return reader.ok() ? layer(read_wifi, reader.rest()) : malformed();
}

// Per-packet information: the link type of what follows stands in it.
Step read_ppi(ByteView bytes) {
  ByteReader reader(bytes);
  reader.u16();  // version, flags
  const std::size_t length = little_endian_u16(reader);
  const std::uint16_t link_type = little_endian_u16(reader);
  reader.u16();  // its upper half
  constexpr std::size_t kFields = 8;
  if (!reader.ok() || length < kFields) return malformed();
  reader.bytes(length - kFields);
  return reader.ok() ? of_link_type(link_type, reader.rest()) : malformed();
}

// Linux's firewall log: fields of length and type in the machine's byte order, one of which is the packet.
Step read_nflog(ByteView bytes) {
  constexpr std::uint16_t kPayload = 9;
  ByteReader reader(bytes);
  reader.u8();   // family
  reader.u8();   // version
  reader.u16();  // resource
  while (reader.ok() && !reader.empty()) {
    ByteReader other_order = reader;
    std::uint16_t length = little_endian_u16(reader);
    std::uint16_t type = little_endian_u16(reader);
    if (type > 0xff) {
      length = other_order.u16();
      type = other_order.u16();
    }
    if (!reader.ok() || length < 4) return malformed();
    if (type == kPayload) return ip(reader.rest());  // Its length says no more than that of IP.
    reader.bytes(length - 4U);
    reader.bytes((4 - length % 4U) % 4);
  }
  return not_ours();
}

Step read_pflog(ByteView bytes) {
  ByteReader reader(bytes);
  const std::size_t length = reader.u8();
  if (length == 0) return malformed();
  reader.bytes((length + 3) / 4 * 4 - 1);
  return reader.ok() ? ip(reader.rest()) : malformed();
}

// Endace's record: a chain of extension headers of eight bytes while the high bit of the type is set.
Step read_erf(ByteView bytes) {
  constexpr std::uint8_t kHdlc = 1;
  constexpr std::uint8_t kEthernet = 2;
  ByteReader reader(bytes);
  reader.bytes(8);  // time
  std::uint8_t type = reader.u8();
  const std::uint8_t kind = type & 0x7f;
  reader.u8();      // flags
  reader.bytes(6);  // lengths, losses
  while (reader.ok() && (type & 0x80) != 0) {
    type = reader.u8();
    reader.bytes(7);
  }
  if (kind == kEthernet) reader.u16();  // offset, padding
  if (!reader.ok()) return malformed();
  if (kind == kEthernet) return layer(read_ethernet, reader.rest());
  return kind == kHdlc ? layer(read_serial, reader.rest()) : not_ours();
}

template <std::size_t count, Step::Reader read>
Step read_behind(ByteView bytes) {
  ByteReader reader(bytes);
  reader.bytes(count);
  return reader.ok() ? layer(read, reader.rest()) : malformed();
}

Step read_ip(ByteView bytes) { return ip(bytes); }

Step read_pppoe_link(ByteView bytes) {
  constexpr std::uint16_t kPppoeSession = 0x8864;
  return of_ether_type(kPppoeSession, bytes);
}

Step read_type_behind_16(ByteView bytes) {
  ByteReader reader(bytes);
  reader.bytes(16);  // addresses
  const std::uint16_t type = reader.u16();
  return reader.ok() ? of_ether_type(type, reader.rest()) : malformed();
}

struct LinkType {
  std::uint32_t number;
  Step::Reader read;
};

constexpr LinkType kLinkTypes[] = {
    {0, read_null},
    {6, read_token_ring},
    {8, read_behind<16, read_ip>},  // SLIP
    {9, read_ppp},
    {10, read_fddi},
    {12, read_ip},
    {14, read_ip},
    {50, read_serial},
    {51, read_pppoe_link},
    {100, read_llc},  // ATM, RFC 2684
    {101, read_ip},
    {102, read_behind<24, read_ip>},  // SLIP of BSD/OS
    {104, read_cisco_hdlc},
    {105, read_wifi},
    {107, read_frame_relay},
    {108, read_null},
    {109, read_behind<12, read_ip>},  // OpenBSD's IPsec interface
    {113, read_cooked},
    {117, read_pflog},
    {127, read_radiotap},
    {138, read_type_behind_16},  // IP over IEEE 1394
    {192, read_ppi},
    {197, read_erf},
    {204, read_behind<1, read_ppp>},  // With the direction in front
    {205, read_behind<1, read_cisco_hdlc>},
    {206, read_behind<1, read_frame_relay>},
    {219, read_mpls},
    {228, read_ip},
    {229, read_ip},
    {239, read_nflog},
    {240, read_behind<4, read_ethernet>},   // netANALYZER
    {241, read_behind<12, read_ethernet>},  // netANALYZER, with preamble
    {276, read_cooked2},
};

}  // namespace

Step read_wifi(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint8_t type = reader.u8();
  const std::uint8_t flags = reader.u8();
  const bool is_data = (type & 0x0c) == 0x08 && (type & 0x40) == 0;
  const bool has_qos = (type & 0x80) != 0;
  reader.u16();      // duration
  reader.bytes(18);  // three addresses
  const std::uint16_t sequence = reader.u16();
  if ((flags & 0x03) == 0x03) reader.bytes(6);  // the fourth address
  const bool aggregate = has_qos && (reader.u8() & 0x80) != 0;
  if (has_qos) reader.u8();
  if (has_qos && (flags & 0x80) != 0) reader.u32();  // HT control
  if (!is_data) return not_ours();
  if (!reader.ok()) return malformed();
  const bool fragment = (flags & 0x04) != 0 || (sequence & 0x0f00) != 0;
  const bool encrypted = (flags & 0x40) != 0;
  return encrypted || fragment || aggregate ? not_ours() : layer(read_llc, reader.rest());
}

Step of_link_type(std::uint32_t link_type, ByteView payload) {
  constexpr std::uint32_t kEthernet = 1;
  if (link_type == kEthernet) return layer(read_ethernet, payload);
  for (const LinkType& known : kLinkTypes) {
    if (known.number == link_type) return layer(known.read, payload);
  }
  return {.kind = Step::Kind::unknown_link_type};
}

}  // namespace ucready::passive
