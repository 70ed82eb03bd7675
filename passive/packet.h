// One packet as a capture holds it.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

struct Packet {
  std::int64_t time_ns = 0;      // Since 1970, UTC.
  std::uint32_t link_type = 0;   // LINKTYPE_ number of the tcpdump.org registry, as files write it.
  ByteView bytes;                // What was captured; the view ends with the source's next call.
  std::uint32_t wire_bytes = 0;  // What was on the wire; more than bytes.size() where a snap length cut it.
};

}  // namespace ucready::passive
