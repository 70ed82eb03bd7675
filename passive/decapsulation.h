// Finds the TCP segment in a packet: link layers, VLAN and MPLS stacks, tunnels, IPv4 and IPv6 with extension headers
// and fragments. Every layer is read by its own specification; docs/capture.md lists them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "passive/packet.h"
#include "passive/segment.h"

namespace ucready::passive {

class Decapsulator {
 public:
  Decapsulator();
  ~Decapsulator();
  Decapsulator(const Decapsulator&) = delete;
  Decapsulator& operator=(const Decapsulator&) = delete;

  // False: no whole TCP segment (another protocol, malformed, a fragment that still waits for others). The segment's
  // payload points into the packet, or into a reassembled datagram that lives until the next call.
  bool unwrap(const Packet& packet, Segment& segment);

  struct Counts {
    std::uint64_t packets = 0;
    std::uint64_t segments = 0;
    std::uint64_t malformed = 0;          // A header that contradicts itself or is cut short.
    std::uint64_t fragments_dropped = 0;  // Of datagrams that never became whole, or went over the bounds.
    std::map<std::uint32_t, std::uint64_t> unknown_link_types;  // Packets of each; at most 64 kinds.
  };
  [[nodiscard]] const Counts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ucready::passive
