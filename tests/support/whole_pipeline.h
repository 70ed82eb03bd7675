// A capture's bytes through everything that `ucready capture` does with them, into a database in memory.
#pragma once

#include <memory>
#include <string>

#include "core/bytes.h"
#include "passive/capture.h"

namespace ucready {

class WholePipeline {
 public:
  WholePipeline();
  ~WholePipeline();
  WholePipeline(const WholePipeline&) = delete;
  WholePipeline& operator=(const WholePipeline&) = delete;

  // What was told; an error where the bytes are no capture at all. Ends the process where an invariant does not hold:
  // a session without its rows, a count that no row bears out. Stops after `most_packets`.
  Result<passive::CaptureResult> read(ByteView file, std::uint64_t most_packets);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace ucready
