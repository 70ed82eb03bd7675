// One layer of a packet taken off at a time: every reader says what its payload is and where it begins.
//
// A reader never calls the next one: the Decapsulator's loop does, so that no nesting costs stack and a bound on the
// number of layers bounds the work. To add a layer: write its reader, and name it in the table of what carries it.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

struct Step {
  enum class Kind : std::uint8_t {
    not_ours,   // Carries no TCP, or is encrypted.
    malformed,  // Contradicts itself or is cut short.
    unknown_link_type,
    layer,  // `read` takes it further.
    ipv4,
    ipv6,
    ip,  // One of the two, by its version.
    tcp,
  };
  using Reader = Step (*)(ByteView bytes);

  Kind kind = Kind::not_ours;
  Reader read = nullptr;
  ByteView bytes;
  bool whole = false;  // Of a layer: its length field says that nothing more was sent behind these bytes.
};

inline Step not_ours() { return {}; }
inline Step malformed() { return {.kind = Step::Kind::malformed}; }
inline Step ip(ByteView bytes) { return {.kind = Step::Kind::ip, .bytes = bytes}; }
inline Step layer(Step::Reader read, ByteView bytes) {
  return {.kind = Step::Kind::layer, .read = read, .bytes = bytes};
}

// What each number stands for. Nothing is read of the payload yet.
Step of_link_type(std::uint32_t link_type, ByteView payload);  // LINKTYPE_ of the tcpdump.org registry.
Step of_ether_type(std::uint16_t ether_type, ByteView payload);
Step of_ppp_protocol(std::uint16_t protocol, ByteView payload);
Step of_ip_protocol(std::uint8_t protocol, ByteView payload);

// Readers that more than one table names.
Step read_ethernet(ByteView bytes);
Step read_llc(ByteView bytes);   // IEEE 802.2, with SNAP.
Step read_ppp(ByteView bytes);   // RFC 1661, 1662: with or without address and control, protocol field of 1 or 2 bytes.
Step read_mpls(ByteView bytes);  // RFC 3032; payload told by its first bytes, as no label says it.
Step read_gre(ByteView bytes);   // RFC 2784, 2890, 2637 and ERSPAN.
Step read_wifi(
    ByteView bytes);  // IEEE 802.11-2020 clause 9.2: data that is no fragment, no aggregate and not encrypted.
Step read_udp(ByteView bytes);  // Tunnels by their port.

}  // namespace ucready::passive
