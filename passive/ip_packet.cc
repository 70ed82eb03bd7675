// IP packets made of segments.
#include <cassert>

#include "passive/pcap_writer.h"

namespace ucready::passive {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint16_t kTcpHeaderBytes = 20;

// RFC 1071.
class Checksum {
 public:
  void u16(std::uint32_t value) { sum_ += value; }
  void bytes(ByteView bytes) {
    ByteReader reader(bytes);
    while (reader.remaining() >= 2) sum_ += reader.u16();
    if (reader.remaining() == 1) sum_ += std::uint32_t{reader.u8()} << 8U;
  }
  [[nodiscard]] std::uint16_t value() const {
    std::uint64_t folded = sum_;
    while (folded >> 16U != 0) folded = (folded & 0xffff) + (folded >> 16U);
    return static_cast<std::uint16_t>(~folded);
  }

 private:
  std::uint64_t sum_ = 0;
};

void write_tcp_header(ByteWriter& out, const Segment& segment, std::uint16_t checksum) {
  constexpr std::uint8_t kHeaderWords = kTcpHeaderBytes / 4;
  constexpr std::uint16_t kWindow = 65535;
  out.u16(segment.from.port);
  out.u16(segment.to.port);
  out.u32(segment.sequence);
  out.u32(segment.acknowledgement);
  out.u8(kHeaderWords << 4U);
  out.u8(segment.flags);
  out.u16(kWindow);
  out.u16(checksum);
  out.u16(0);  // urgent
}

std::uint16_t tcp_checksum(const Segment& segment) {
  ByteWriter header;
  write_tcp_header(header, segment, 0);
  const auto length = static_cast<std::uint32_t>(kTcpHeaderBytes + segment.payload.size() + segment.cut);
  Checksum sum;
  sum.bytes(segment.from.address.view());
  sum.bytes(segment.to.address.view());
  sum.u16(kTcp);
  sum.u16(length >> 16U);
  sum.u16(length & 0xffffU);
  sum.bytes(header.view());
  sum.bytes(segment.payload);
  return sum.value();
}

std::uint16_t length_field(std::size_t length) {
  return length <= 0xffff ? static_cast<std::uint16_t>(length) : std::uint16_t{0};
}

void write_ipv4_header(ByteWriter& out, const Segment& segment, std::size_t tcp_length) {
  constexpr std::uint16_t kHeaderBytes = 20;
  constexpr std::uint16_t kDontFragment = 0x4000;
  const auto write = [&](ByteWriter& to, std::uint16_t checksum) {
    to.u8(0x45);  // version, length in words
    to.u8(0);     // type of service
    to.u16(length_field(kHeaderBytes + tcp_length));
    to.u16(0);  // identification
    to.u16(kDontFragment);
    to.u8(64);  // time to live
    to.u8(kTcp);
    to.u16(checksum);
    to.bytes(segment.from.address.view());
    to.bytes(segment.to.address.view());
  };
  ByteWriter unsummed;
  write(unsummed, 0);
  Checksum sum;
  sum.bytes(unsummed.view());
  write(out, sum.value());
}

void write_ipv6_header(ByteWriter& out, const Segment& segment, std::size_t tcp_length) {
  out.u32(0x60000000);  // version, traffic class, flow label
  out.u16(length_field(tcp_length));
  out.u8(kTcp);
  out.u8(64);  // hop limit
  out.bytes(segment.from.address.view());
  out.bytes(segment.to.address.view());
}

}  // namespace

Bytes ip_packet_of(const Segment& segment) {
  assert(segment.from.address.v6 == segment.to.address.v6);
  const std::size_t tcp_length = kTcpHeaderBytes + segment.payload.size() + segment.cut;
  ByteWriter out;
  if (segment.from.address.v6) {
    write_ipv6_header(out, segment, tcp_length);
  } else {
    write_ipv4_header(out, segment, tcp_length);
  }
  write_tcp_header(out, segment, tcp_checksum(segment));
  out.bytes(segment.payload);
  return out.take();
}

Bytes ethernet_frame_of(ByteView ip_packet) {
  constexpr std::uint16_t kIpv4 = 0x0800;
  constexpr std::uint16_t kIpv6 = 0x86dd;
  const bool v6 = !ip_packet.empty() && ip_packet.front() >> 4U == 6;
  ByteWriter out;
  out.u16(0x0200);  // destination
  out.u32(1);
  out.u16(0x0200);  // source
  out.u32(2);
  out.u16(v6 ? kIpv6 : kIpv4);
  out.bytes(ip_packet);
  return out.take();
}

}  // namespace ucready::passive
