// Takes what a capture tells to the database, and the chains of each server to where a scan's are kept, so that the
// same rules judge them.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/run_writer.h"
#include "passive/capture.h"
#include "passive/sanitised_capture.h"
#include "scanner/site_map.h"

namespace ucready::scanner {

class CaptureRecorder : public passive::CaptureSink {
 public:
  // `map` is nullptr without a site file, `sanitised` where none is wanted; all must outlive it.
  CaptureRecorder(db::RunWriter& run, const std::string& site, const SiteMap* map,
                  passive::SanitisedCapture* sanitised);

  Result<std::uint32_t> begin_source(const std::string& name) override { return run_.begin_source(name); }
  void session(db::SessionObservation seen, ByteView handshake) override;
  void midstream(db::SessionObservation seen) override;
  [[nodiscard]] std::optional<Error> failure() const override { return failure_; }
  void breathe() override;

  // At the end: what is pending.
  Result<void> finish();

  // What was seen and is not kept for want of room.
  struct Skipped {
    std::uint64_t handshakes = 0;  // Bytes of sessions that failed.
    std::uint64_t servers = 0;     // Sessions whose server's chain is not among the interfaces.
    std::uint64_t chains = 0;
  };
  [[nodiscard]] const Skipped& skipped() const { return skipped_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Server {
    db::InterfaceObservation seen;
    bool changed = false;  // Since it was written.
  };

  void note(const Result<void>& kept);
  void remember_chain(const db::SessionObservation& seen);
  Server make_server(const db::SessionObservation& seen) const;
  void write_servers();

  db::RunWriter& run_;
  std::string site_;
  const SiteMap* map_;
  passive::SanitisedCapture* sanitised_;
  std::map<Endpoint, Server> servers_;  // Bounded.
  std::vector<Server*> changed_;
  Clock::time_point servers_written_ = Clock::now();
  Skipped skipped_;
  std::optional<Error> failure_;
};

}  // namespace ucready::scanner
