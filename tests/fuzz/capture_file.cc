// A whole capture file of either format, compressed or not: read to its end, whatever it holds.
#include "passive/capture_file.h"

#include <cstdlib>

#include "passive/decapsulation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  const ByteView bytes(data, size);
  auto source = passive::open_capture(passive::memory_stream(Bytes(bytes.begin(), bytes.end())), "input");
  if (!source) return source.error().message.starts_with("input: ") ? 0 : (std::abort(), 0);
  passive::Decapsulator decapsulator;
  passive::Packet packet;
  passive::Segment segment;
  // What is compressed may hold more than anybody waits for.
  constexpr int kMostPackets = 20000;
  int packets = 0;
  while (packets < kMostPackets && (*source)->next(packet)) {
    ++packets;
    if (packet.bytes.size() > passive::kMostPacketBytes || packet.bytes.size() > packet.wire_bytes) std::abort();
    decapsulator.unwrap(packet, segment);
  }
  if (packets < kMostPackets && !(*source)->ended()) std::abort();
  (void)(*source)->take_secrets();
  (void)(*source)->fault();
  return 0;
}
