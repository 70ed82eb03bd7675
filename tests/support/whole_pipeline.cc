#include "tests/support/whole_pipeline.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdio>
#include <cstdlib>

#include "db/certificate_rows.h"
#include "db/migration.h"
#include "db/session_rows.h"

namespace ucready {
namespace {

void hold(bool invariant, const char* what) {
  if (invariant) return;
  std::fprintf(stderr, "whole pipeline: %s\n", what);
  std::abort();
}

db::HopEnds ends_by_address(const db::SessionObservation& seen) {
  db::HopEnds ends;
  ends.client = to_text(seen.client.address);
  ends.server = to_text(seen.server.address);
  ends.protocol = seen.protocol;
  return ends;
}

class Rows : public passive::CaptureSink {
 public:
  explicit Rows(SQLite::Database& database)
      : certificates_(database), rows_(database, "run", certificates_, ends_by_address) {}

  Result<std::uint32_t> begin_source(const std::string& name) override { return rows_.put_source(name); }
  void session(db::SessionObservation seen, ByteView handshake) override {
    ++sessions;
    hold(handshake.size() <= 32U * 1024, "a handshake of more than 32 kB was kept");
    hold(!seen.alert_by || seen.established.has_value(), "an alert, but nothing is said of the session");
    rows_.put(seen, handshake);
  }
  void midstream(db::SessionObservation seen) override {
    ++midstreams;
    rows_.put_midstream(seen);
  }
  [[nodiscard]] std::optional<Error> failure() const override { return std::nullopt; }
  void breathe() override {}
  void flush() { rows_.flush(); }

  std::uint64_t sessions = 0;
  std::uint64_t midstreams = 0;

 private:
  db::CertificateRows certificates_;
  db::SessionRows rows_;
};

}  // namespace

struct WholePipeline::Memory {
  SQLite::Database database{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

WholePipeline::WholePipeline() : memory_(std::make_unique<Memory>()) {
  const auto made = db::migrate(memory_->database, ":memory:", db::schema_steps());
  hold(made.has_value(), "the schema does not fit an empty database");
}
WholePipeline::~WholePipeline() = default;

Result<passive::CaptureResult> WholePipeline::read(ByteView file, std::uint64_t most_packets) {
  auto input = passive::CaptureInput::open({}, passive::memory_stream(Bytes(file.begin(), file.end())), "input");
  if (!input) return tl::unexpected<Error>(input.error());
  SQLite::Database& database = memory_->database;
  SQLite::Transaction nothing_stays(database);
  Rows rows(database);
  auto result = passive::run_capture(
      *input, rows, [&](const passive::CaptureProgress& progress) { return progress.packets < most_packets; });
  hold(result.has_value(), "the pipeline itself failed");
  rows.flush();
  const auto count = [&](const char* sql) { return static_cast<std::uint64_t>(database.execAndGet(sql).getInt64()); };
  hold(result->flows.sessions == rows.sessions && result->flows.midstream == rows.midstreams, "a session got lost");
  hold(count("SELECT count(*) FROM session") == rows.sessions, "a session has no row");
  hold(count("SELECT coalesce(sum(sessions), 0) FROM session_kind") == rows.sessions, "the kinds do not add up");
  hold(count("SELECT coalesce(sum(flows), 0) FROM midstream") == rows.midstreams, "the midstream flows do not add up");
  hold(result->segments <= result->packets, "more segments than packets");
  return result;
}

}  // namespace ucready
