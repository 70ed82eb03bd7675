// Takes what a capture tells to the database, and the chains of each server to where a scan's are kept, so that the
// same rules judge them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

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

  // At the end: the servers' chains, and what is pending.
  Result<void> finish();

 private:
  void note(const Result<void>& kept);
  void remember_chain(const db::SessionObservation& seen);

  db::RunWriter& run_;
  std::string site_;
  const SiteMap* map_;
  passive::SanitisedCapture* sanitised_;
  std::map<Endpoint, db::InterfaceObservation> servers_;  // Bounded.
  std::optional<Error> failure_;
};

}  // namespace ucready::scanner
