// Reads captures from end to end: sources, filter, frames, flows, and what each connection told.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "passive/byte_stream.h"
#include "passive/flow_table.h"

namespace ucready::passive {

struct CaptureRequest {
  std::vector<std::string> files;  // In the order to read; "-" is standard input. Connections go on from file to file.
  std::string interface;           // Instead of files.
  std::optional<std::chrono::seconds> duration;  // Of a live capture; nothing: until interrupted.
  std::string filter;                            // pcap-filter(7); empty: everything.
  std::string key_log;                           // Lines in the NSS key log format.
  FlowLimits limits;
};

struct CaptureProgress {
  std::uint64_t bytes = 0;  // Of all files taken so far.
  std::uint64_t size = 0;   // Of all files; 0 where unknown.
  std::uint64_t packets = 0;
  std::uint64_t sessions = 0;
};

struct CaptureResult {
  std::uint64_t packets = 0;
  std::uint64_t filtered_out = 0;
  std::uint64_t segments = 0;
  std::uint64_t malformed = 0;
  std::uint64_t fragments_dropped = 0;
  std::uint64_t dropped_by_kernel = 0;
  std::map<std::uint32_t, std::uint64_t> unknown_link_types;
  FlowCounts flows;
  // "hq.pcap: cut short at byte ...": what is wrong with the sources; at most 100, the others are counted.
  std::vector<std::string> faults;
  std::uint64_t more_faults = 0;
  bool interrupted = false;
};

class CaptureSink : public FlowTable::Sink {
 public:
  // Packets of that file or interface follow; gives the number for SessionObservation::source.
  virtual Result<std::uint32_t> begin_source(const std::string& name) = 0;
  // Nothing more can be kept; asked now and then.
  [[nodiscard]] virtual std::optional<Error> failure() const = 0;
  // Called at least every half second of a live capture.
  virtual void breathe() = 0;
};

// What is to be read, checked: every file can be opened and is a capture, the filter compiles, the interface is
// listened to (and the right to do so given up). Nothing was read yet but the beginnings of files.
class CaptureInput {
 public:
  static Result<CaptureInput> open(CaptureRequest request);
  // A capture out of anything else than files; `name` is what it is called. The request's files are not read.
  static Result<CaptureInput> open(CaptureRequest request, std::unique_ptr<ByteStream> stream, const std::string& name);
  CaptureInput(CaptureInput&&) noexcept;
  CaptureInput& operator=(CaptureInput&&) noexcept;
  ~CaptureInput();

  struct Parts;
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  explicit CaptureInput(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Errors are the sink's; what came before was handed on. `go_on` is asked every few thousand packets, and at least five
// times a second of a live capture; false interrupts.
Result<CaptureResult> run_capture(CaptureInput& input, CaptureSink& sink,
                                  const std::function<bool(const CaptureProgress&)>& go_on);

}  // namespace ucready::passive
