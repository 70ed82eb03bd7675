// One TCP segment, out of whatever carried it.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/ip_address.h"

namespace ucready::passive {

enum TcpFlag : std::uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPush = 8, kAck = 16 };

struct Segment {
  std::int64_t time_ns = 0;
  Endpoint from;  // Of the innermost IP header that carries it.
  Endpoint to;
  std::uint32_t sequence = 0;  // Of the first byte of `payload` (of the SYN, where there is one).
  std::uint32_t acknowledgement = 0;
  std::uint8_t flags = 0;  // TcpFlag bits.
  ByteView payload;        // Without link-layer padding.
  std::uint32_t cut = 0;   // Bytes of payload that were on the wire behind `payload` but were not captured.
};

}  // namespace ucready::passive
