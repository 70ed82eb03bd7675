// Writes what a scan sees into the database, on a thread of its own: a slow disk must not make a server look slow.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "db/rules.h"
#include "db/run_writer.h"
#include "probes/scan.h"

namespace ucready::scanner {

class Recorder : public probes::ObservationSink {
 public:
  // Counts the findings so far now and then, if `count_findings`; both references must outlive the recorder.
  Recorder(db::Database& database, db::RunWriter& run, std::vector<db::Rule> rules, bool count_findings);
  ~Recorder() override;

  bool ready() override;
  void keep(db::InterfaceObservation observation) override;
  std::optional<Error> failure() override;

  // Writes what is pending and ends the thread; from then on the database may be used elsewhere.
  Result<void> finish();
  // Of what is written; nothing where nobody counted yet.
  std::optional<std::size_t> findings_so_far();

 private:
  void work();
  void count_findings();

  db::Database& database_;
  db::RunWriter& run_;
  std::vector<db::Rule> rules_;
  bool count_findings_;
  std::chrono::steady_clock::time_point next_count_{};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<db::InterfaceObservation> queue_;
  std::optional<Error> failure_;
  std::optional<std::size_t> findings_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ucready::scanner
