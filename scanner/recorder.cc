#include "scanner/recorder.h"

namespace ucready::scanner {
namespace {
using std::chrono::steady_clock;
constexpr std::size_t kMostPending = 512;
}  // namespace

Recorder::Recorder(db::Database& database, db::RunWriter& run, std::vector<db::Rule> rules, bool count_findings)
    : database_(database),
      run_(run),
      rules_(std::move(rules)),
      count_findings_(count_findings),
      next_count_(steady_clock::now() + std::chrono::seconds(2)),
      thread_([this] { work(); }) {}

Recorder::~Recorder() { (void)finish(); }

bool Recorder::ready() {
  const std::lock_guard lock(mutex_);
  return queue_.size() < kMostPending && !failure_;
}

void Recorder::keep(db::InterfaceObservation observation) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(observation));
  changed_.notify_one();
}

std::optional<Error> Recorder::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::optional<std::size_t> Recorder::findings_so_far() {
  const std::lock_guard lock(mutex_);
  return findings_;
}

Result<void> Recorder::finish() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  if (failure_) return tl::unexpected<Error>(*failure_);
  return {};
}

void Recorder::work() {
  for (;;) {
    std::deque<db::InterfaceObservation> batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(500), [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty() && ending_) break;
      batch.swap(queue_);
    }
    Result<void> written;
    for (const db::InterfaceObservation& seen : batch) {
      if (written) written = run_.add(seen);
    }
    if (written && batch.empty()) written = run_.flush();  // Nothing came for half a second: what is pending is due.
    if (!written) {
      const std::lock_guard lock(mutex_);
      failure_ = written.error();
      return;
    }
    if (count_findings_ && !batch.empty() && steady_clock::now() >= next_count_) count_findings();
  }
  if (const auto flushed = run_.flush(); !flushed) {
    const std::lock_guard lock(mutex_);
    failure_ = flushed.error();
  }
}

// A count costs time that grows with the run: the next one waits ten times as long as this one took.
void Recorder::count_findings() {
  const steady_clock::time_point started = steady_clock::now();
  if (!run_.flush()) return;  // Comes up again with the next row.
  const auto counts = db::run_rules(database_, run_.run_id(), rules_);
  const steady_clock::duration took = steady_clock::now() - started;
  next_count_ = steady_clock::now() + std::max<steady_clock::duration>(std::chrono::seconds(2), took * 10);
  const std::lock_guard lock(mutex_);
  if (counts) findings_ = counts->total();
}

}  // namespace ucready::scanner
