// Packets in a row, so that fragments meet: two bytes choose the link type, two the length of each.
#include "passive/decapsulation.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  ByteReader reader(ByteView(data, size));
  const std::uint32_t link_type = reader.u16();
  passive::Decapsulator decapsulator;
  passive::Segment segment;
  std::size_t reassembled_bytes = 0;
  while (reader.ok() && !reader.empty()) {
    const std::size_t length = reader.u16();
    passive::Packet packet;
    packet.link_type = link_type;
    packet.bytes = reader.bytes(std::min(length & 0x7fffU, reader.remaining()));
    packet.wire_bytes = static_cast<std::uint32_t>(packet.bytes.size()) + ((length & 0x8000U) != 0 ? 100 : 0);
    packet.time_ns += 1'000'000;
    reassembled_bytes += packet.bytes.size();
    if (!decapsulator.unwrap(packet, segment)) continue;
    // A segment holds no more than what came, and all of it can be read.
    if (segment.payload.size() > reassembled_bytes + 65535) std::abort();
    std::uint8_t sum = 0;
    for (const std::uint8_t byte : segment.payload) sum = static_cast<std::uint8_t>(sum + byte);
    if (sum == 0 && segment.payload.empty() && segment.from.address.v6 != segment.to.address.v6) std::abort();
  }
  const auto& counts = decapsulator.counts();
  if (counts.segments + counts.malformed > counts.packets) std::abort();
  return 0;
}
