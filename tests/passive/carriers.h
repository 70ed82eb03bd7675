// One segment in every link layer and tunnel that is read.
#pragma once

#include <string>
#include <vector>

#include "tests/passive/packets.h"

namespace ucready::passive {

// As many bytes as the lengths in the headers below claim.
inline constexpr std::size_t kCarriedBytes = kHello.size();

struct Carrier {
  std::string name;
  std::uint32_t link_type = kLinkTypeEthernet;
  Bytes bytes;
  bool v6 = false;
};

// Each holds a segment from kPhone to kServer with that payload.
inline std::vector<Carrier> carriers(std::string_view payload = kHello, std::uint32_t sequence = 1000) {
  const auto packet = [&](const Endpoint& from, const Endpoint& to) {
    Segment segment = segment_of(payload, from, to);
    segment.sequence = sequence;
    return ip_packet_of(segment);
  };
  const Bytes v4 = packet(kPhone, kServer);
  const Bytes v6 = packet(kPhone6, kServer6);
  const Bytes frame = ethernet_frame_of(v4);
  const Bytes tcp(v4.begin() + 20, v4.end());
  const auto behind = [](std::string_view header, ByteView inside) { return joined({hex(header), inside}); };
  const auto snap = [&](std::string_view type) { return joined({hex("aaaa03000000"), hex(type), v4}); };
  const std::string wifi_addresses = "0000 020000000001 020000000002 020000000003 1000";
  return {
      {"ethernet", 1, frame},
      {"ethernet and IPv6", 1, ethernet_frame_of(v6), true},
      {"ethernet with padding", 1, joined({frame, hex("0000000000000000000000")})},
      {"802.3 with LLC", 1, ethernet("003e", joined({hex("060603"), v4}))},
      {"802.3 with SNAP", 1, ethernet("0043", snap("0800"))},
      {"802.1Q", 1, ethernet("8100", behind("0064 0800", v4))},
      {"802.1Q with a length", 1, ethernet("8100", joined({hex("0064 0043"), snap("0800")}))},
      {"802.1ad and 802.1Q", 1, ethernet("88a8", behind("0064 8100 0065 0800", v4))},
      {"old QinQ", 1, ethernet("9100", behind("0064 9200 0065 8100 0066 86dd", v6)), true},
      {"Cisco metadata", 1, ethernet("8909", behind("01 01 0001 0007 0800", v4))},
      {"802.1Q and Cisco metadata", 1, ethernet("8100", behind("0064 8909 01 01 0001 0007 0800", v4))},
      {"VN-Tag", 1, ethernet("8926", behind("80010002 8100 0064 0800", v4))},
      {"E-Tag", 1, ethernet("893f", behind("000100020000 0800", v4))},
      {"802.1ah", 1, ethernet("88e7", behind("00000064", frame))},
      {"FabricPath", 1, ethernet("8903", behind("0064", frame))},
      {"MPLS", 1, ethernet("8847", behind("00010040 00020140", v4))},
      {"MPLS and IPv6", 1, ethernet("8847", behind("00020140", v6)), true},
      {"MPLS pseudowire", 1, ethernet("8847", behind("00020140", frame))},
      {"MPLS pseudowire with control word", 1, ethernet("8847", behind("00020140 00000000", frame))},
      {"PPPoE", 1, ethernet("8864", behind("11 00 0001 0041 0021", v4))},
      {"PPPoE and IPv6", 1, ethernet("8864", behind("11 00 0001 0055 0057", v6)), true},
      {"null, little-endian", 0, behind("02000000", v4)},
      {"null, big-endian", 0, behind("00000002", v4)},
      {"null of Linux", 0, behind("0a000000", v6), true},
      {"null of OpenBSD", 0, behind("18000000", v6), true},
      {"null of FreeBSD", 0, behind("1c000000", v6), true},
      {"null of macOS", 0, behind("1e000000", v6), true},
      {"loop", 108, behind("00000002", v4)},
      {"loop of macOS", 108, behind("0000001e", v6), true},
      {"PPP", 9, behind("0021", v4)},
      {"PPP in HDLC", 9, behind("ff03 0021", v4)},
      {"PPP with a short protocol", 9, behind("21", v4)},
      {"PPP and MPLS", 9, behind("0281 00020140", v4)},
      {"PPP bridging", 9, behind("0031 00 01", frame)},
      {"PPP serial", 50, behind("ff03 0057", v6), true},
      {"Cisco HDLC on a PPP link", 50, behind("0f00 0800", v4)},
      {"PPPoE link", 51, behind("1100 0001 0041 0021", v4)},
      {"Cisco HDLC", 104, behind("0f00 0800", v4)},
      {"raw 12", 12, v4},
      {"raw 14", 14, v6, true},
      {"raw 101", 101, v6, true},
      {"raw IPv4", 228, v4},
      {"raw IPv6", 229, v6, true},
      {"frame relay", 107, behind("1841 03 cc", v4)},
      {"frame relay of Cisco", 107, behind("1841 0800", v4)},
      {"frame relay with SNAP", 107, behind("1841 03 00 80 000000 86dd", v6), true},
      {"Linux cooked", 113, behind("0000 0001 0006 0200000000010000 0800", v4)},
      {"Linux cooked and 802.1Q", 113, behind("0000 0001 0006 0200000000010000 8100 0064 0800", v4)},
      {"Linux cooked 2", 276, behind("86dd 0000 00000002 0001 00 06 0200000000010000", v6), true},
      {"FDDI", 10, joined({hex("50 020000000001 020000000002"), snap("0800")})},
      {"token ring", 6, joined({hex("1040 020000000001 820000000002 0430 0011"), snap("0800")})},
      {"ATM", 100, snap("0800")},
      {"bridged ATM", 100, joined({hex("aaaa03 0080c2 0007 0000"), frame})},
      {"802.11", 105, joined({hex("0801"), hex(wifi_addresses), snap("0800")})},
      {"802.11 with QoS", 105, joined({hex("8802"), hex(wifi_addresses), hex("0000"), snap("0800")})},
      {"radiotap", 127, joined({hex("0000 0c00 00000000 00000000 0801"), hex(wifi_addresses), snap("0800")})},
      {"PPI", 192, behind("00 00 0800 01000000", frame)},
      {"ERF", 197, joined({hex("0000000000000000 82 00 0050 0000 0046 0102030405060708 0000"), frame})},
      {"MPLS link", 219, behind("00020140", v4)},
      {"Linux firewall log", 239, behind("02000000 0500 0a00 61 000000 4300 0900", v4)},
      {"BSD firewall log", 117,
       behind("3d 02 0000 00000000000000000000000000000000 0000000000000000000000000000000000"
              "0000000000000000000000000000000000 00000000000000000000",
              v4)},
      {"SLIP", 8, behind("00000000000000000000000000000000", v4)},
      {"IP over IEEE 1394", 138, behind("0000000000000001 0000000000000002 0800", v4)},
      {"IP in IP", 101, ipv4(4, v4)},
      {"6in4", 101, ipv4(41, v6), true},
      {"4in6", 101, ipv6(4, v4)},
      {"IP in IP in IP", 101, ipv4(4, ipv4(4, v4))},
      {"GRE", 101, ipv4(47, behind("0000 0800", v4))},
      {"GRE with key and sequence", 101, ipv4(47, behind("3000 86dd 00000001 00000002", v6)), true},
      {"GRE with checksum", 101, ipv4(47, behind("8000 0800 00000000", v4))},
      {"GRE with Ethernet", 101, ipv4(47, behind("2000 6558 00000100", frame))},
      {"GRE with MPLS", 101, ipv4(47, behind("0000 8847 00020140", v4))},
      {"PPTP", 101, ipv4(47, behind("3081 880b 0041 0001 00000001 00000002 ff03 0021", v4))},
      {"WCCP", 101, ipv4(47, behind("0000 883e 00000000", v4))},
      {"ERSPAN I", 101, ipv4(47, behind("0000 88be", frame))},
      {"ERSPAN II", 101, ipv4(47, behind("1000 88be 00000001 1064 1801 00000000", frame))},
      {"ERSPAN II and 802.1Q", 101,
       ipv4(47, joined({hex("1000 88be 00000001 1064 1801 00000000"), ethernet("8100", behind("0064 0800", v4))}))},
      {"ERSPAN III", 101, ipv4(47, behind("1000 22eb 00000001 2064 0001 00000000 0000 0000", frame))},
      {"ERSPAN III of IP", 101, ipv4(47, behind("1000 22eb 00000001 2064 0001 00000000 0000 0800", v4))},
      {"ERSPAN III for a platform", 101,
       ipv4(47, behind("1000 22eb 00000001 2064 0001 00000000 0000 0001 0000000000000000", frame))},
      {"VXLAN", 101, udp(4789, behind("08000000 00006400", frame))},
      {"VXLAN at its first port", 101, udp(8472, behind("08000000 00006400", frame))},
      {"VXLAN GPE", 101, udp(4790, behind("0c000001 00006400", v4))},
      {"Geneve", 101, udp(6081, behind("0000 6558 00006400", frame))},
      {"Geneve with options", 101, udp(6081, behind("0240 0800 00006400 0102800100000000", v4))},
      {"GTP-U", 101, udp(2152, behind("30 ff 003b 00000001", v4))},
      {"GTP-U with an extension", 101, udp(2152, behind("34 ff 0043 00000001 0000 00 85 01 0000 00", v4))},
      {"L2TP", 101, udp(1701, behind("4002 0047 0001 0001 ff03 0021", v4))},
      {"Teredo", 101, udp(3544, behind("0000 0000 00000000", v6)), true},
      {"MPLS in UDP", 101, udp(6635, behind("00020140", v4))},
      {"MPLS in IP", 101, ipv4(137, behind("00020140", v4))},
      {"Ethernet in IP", 101, ipv4(97, behind("3000", frame))},
      {"authentication header", 101, ipv4(51, behind("06 04 0000 00000001 00000001 000000000000000000000000", tcp))},
      {"hop-by-hop", 101, ipv6(0, behind("06 00 010400000000", tcp)), true},
      {"routing, destination", 101, ipv6(43, behind("3c 00 0400 00000000 06 00 010400000000", tcp)), true},
      {"fragment of all", 101, ipv6(44, behind("06 00 0000 00000001", tcp)), true},
      {"authentication in IPv6", 101, ipv6(51, behind("06 02 0000 00000001 00000001 00000000", tcp)), true},
  };
}

}  // namespace ucready::passive
