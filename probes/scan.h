// Runs the probes over a stream of targets, within the limits, until it ends or is stopped.
#pragma once

#include <functional>
#include <optional>

#include "probes/interface_probe.h"
#include "probes/pacer.h"
#include "probes/target.h"
#include "probes/tcp_connector.h"
#include "probes/time_window.h"

namespace ucready::probes {

struct ScanOptions {
  ProbeOptions probe;
  Limits limits;
  std::optional<TimeWindow> window;
  // Of a run that goes on: what it holds already. It is by their addresses that hosts are kept; what addresses a name
  // has is known only when its turn has come. Empty: it holds nothing.
  std::function<bool(const db::InterfaceKey&)> already_seen;
};

struct ScanProgress {
  std::uint64_t done = 0;     // Interfaces handed to the sink.
  std::uint64_t learned = 0;  // Of these, such that answered in some way: TLS, or proof that there is none.
  bool waiting_for_window = false;
  Traffic traffic;
};

// Takes the observations as they come, on the scan's thread.
class ObservationSink {
 public:
  virtual ~ObservationSink() = default;
  // False while it has too much in hand: the scan waits.
  virtual bool ready() = 0;
  virtual void keep(db::InterfaceObservation observation) = 0;
  // Why nothing more can be kept; the scan then ends.
  virtual std::optional<Error> failure() = 0;
};

enum class ScanEnd { complete, interrupted };

struct ScanResult {
  ScanEnd end = ScanEnd::complete;
  ScanProgress progress;
};

// Blocks. SIGINT and SIGTERM stop it: what is in flight is dropped, what was handed over stays; a second signal ends
// the program at once. `on_progress` is called twice a second. Errors: of the sink, or of this machine (no
// descriptors).
Result<ScanResult> run_scan(const ScanOptions& options, const TargetSource& targets, ObservationSink& sink,
                            const std::function<void(const ScanProgress&)>& on_progress);

}  // namespace ucready::probes
