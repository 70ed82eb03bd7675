// Packets made layer by layer, outermost first: link + IP + what it carries.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/bytes.h"
#include "core/ip_address.h"
#include "passive/pcap_writer.h"
#include "passive/segment.h"

namespace ucready::passive {

inline Bytes joined(std::initializer_list<ByteView> parts) {
  Bytes whole;
  for (const ByteView part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

// Hexadecimal digits; blanks are passed over.
inline Bytes hex(std::string_view text) {
  Bytes bytes;
  unsigned digits = 0;
  unsigned value = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    value = value << 4U | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (++digits % 2 == 0) bytes.push_back(static_cast<std::uint8_t>(value));
    value &= 0xfU;
  }
  return bytes;
}

inline Endpoint endpoint(std::string_view address, std::uint16_t port) { return {*parse_ip_address(address), port}; }

inline const Endpoint kPhone = endpoint("192.0.2.10", 49152);
inline const Endpoint kServer = endpoint("192.0.2.20", 5061);
inline const Endpoint kPhone6 = endpoint("2001:db8::10", 49152);
inline const Endpoint kServer6 = endpoint("2001:db8::20", 5061);
inline constexpr std::string_view kHello = "nordwind says hello";

inline Segment segment_of(std::string_view payload, const Endpoint& from = kPhone, const Endpoint& to = kServer) {
  Segment segment;
  segment.time_ns = 1'700'000'000'123'456'789;
  segment.from = from;
  segment.to = to;
  segment.sequence = 1000;
  segment.acknowledgement = 2000;
  segment.flags = kAck | kPush;
  segment.payload = as_bytes(payload);
  return segment;
}

inline Bytes v4_hello() { return ip_packet_of(segment_of(kHello)); }
inline Bytes v6_hello() { return ip_packet_of(segment_of(kHello, kPhone6, kServer6)); }
inline Bytes frame_hello() { return ethernet_frame_of(v4_hello()); }

struct Fragmenting {
  std::uint16_t identification = 0;
  std::uint16_t offset = 0;  // In bytes.
  bool more = false;
};

inline Bytes ipv4(std::uint8_t protocol, ByteView payload, Fragmenting fragmenting = {}) {
  ByteWriter out;
  out.u16(0x4500);
  out.u16(static_cast<std::uint16_t>(20 + payload.size()));
  out.u16(fragmenting.identification);
  out.u16(static_cast<std::uint16_t>((fragmenting.more ? 0x2000 : 0) | fragmenting.offset / 8));
  out.u8(64);
  out.u8(protocol);
  out.u16(0);
  out.bytes(kPhone.address.view());
  out.bytes(kServer.address.view());
  out.bytes(payload);
  return out.take();
}

inline Bytes ipv6(std::uint8_t next, ByteView payload) {
  ByteWriter out;
  out.u32(0x60000000);
  out.u16(static_cast<std::uint16_t>(payload.size()));
  out.u8(next);
  out.u8(64);
  out.bytes(kPhone6.address.view());
  out.bytes(kServer6.address.view());
  out.bytes(payload);
  return out.take();
}

inline Bytes udp(std::uint16_t port, ByteView payload) {
  ByteWriter out;
  out.u16(50000);
  out.u16(port);
  out.u16(static_cast<std::uint16_t>(8 + payload.size()));
  out.u16(0);
  out.bytes(payload);
  return ipv4(17, out.view());
}

// An Ethernet frame of another ether type.
inline Bytes ethernet(std::string_view type, ByteView payload) {
  return joined({hex("020000000001 020000000002"), hex(type), payload});
}

// The TCP header and payload of the hello, without IP.
inline Bytes tcp_of_hello() {
  const Bytes packet = v4_hello();
  return {packet.begin() + 20, packet.end()};
}

inline Packet packet_of(ByteView bytes, std::uint32_t link_type = kLinkTypeEthernet) {
  return {.time_ns = 1'700'000'000'123'456'789,
          .link_type = link_type,
          .bytes = bytes,
          .wire_bytes = static_cast<std::uint32_t>(bytes.size())};
}

}  // namespace ucready::passive
