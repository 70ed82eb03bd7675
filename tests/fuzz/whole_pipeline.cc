// A capture's bytes through the whole of `ucready capture`: file, frames, flows, conversations, rows.
#include "tests/support/whole_pipeline.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kMostPackets = 20'000;  // What is compressed may hold more than anybody waits for.
  static ucready::WholePipeline pipeline;
  (void)pipeline.read(ucready::ByteView(data, size), kMostPackets);
  return 0;
}
