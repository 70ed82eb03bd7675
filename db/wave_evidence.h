// What a kept plan says of one wave, and what runs after it saw: the rows that 'plan --verify' compares.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "db/forecast_rows.h"

namespace ucready::db {

struct RunTold {
  std::string run_id;
  std::string kind;
  std::string site;
  std::string began;  // ISO 8601.
  std::string ended;  // The same as `began` where it never ended.
};

// A plan and what came after it, in the order of time.
struct KeptPlan {
  RunTold plan;
  std::vector<RunTold> later;              // Scans, captures and imports of its site.
  std::optional<std::string> scan_before;  // The newest scan that is older than it.
  std::vector<ForecastState> states;
  std::vector<ForecastStep> steps;
};

// The newest plan of the site that has younger evidence, else the newest; an empty site means any. What-ifs (--set) are
// none of what was planned. Nothing where no plan was kept.
Result<std::optional<KeptPlan>> kept_plan(const Database& database, const std::string& site);

// What a run was told by its site file, or found out, of the clusters' releases and settings.
struct StandTold {
  std::map<std::string, std::string> releases;                          // By cluster.
  std::map<std::pair<std::string, std::string>, std::string> settings;  // By cluster and setting.
  std::map<std::string, std::vector<std::string>> accepted;  // By cluster: "node:port version" of its listeners.
};
Result<StandTold> stand_told(const Database& database, const std::string& run_id);

struct WaveHop {
  ForecastHop hop;
  HopOutcome outcome = HopOutcome::unknown;
  std::string reason;
  std::string version;
  std::string key_type;
  std::string certificate_sha256;  // Empty where the forecast knew no certificate.
};
// The state behind the wave, one a hop and pair of nodes.
Result<std::vector<WaveHop>> hops_after_wave(const Database& database, const std::string& plan_run, int wave);

struct AskedVersion {
  std::string version;
  std::string outcome;  // Contract, v_interface_version.
  std::string alert;
};
struct ShownLeaf {
  std::string version;
  std::string key_type;
  std::string sha256;
};
struct ScannedListener {
  std::string cluster;
  std::string node;
  int port = 0;
  std::string state;
  std::string detail;
  std::vector<AskedVersion> versions;
  std::vector<ShownLeaf> leaves;
};
Result<std::vector<ScannedListener>> scanned_listeners(const Database& database, const std::string& scan_run);

// The handshakes of one client service with one listener, counted.
struct CapturedHandshakes {
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string server;
  std::string server_node;
  int port = 0;
  std::int64_t full = 0;  // Finished by both sides, no alert, not resumed: the only ones that prove trust.
  std::int64_t resumed = 0;
  std::int64_t failed = 0;
  std::int64_t undecided = 0;  // Their end was not captured.
  std::int64_t midstream = 0;  // Connections that began before the capture.
  std::string version;         // Of full ones, each once, comma-separated.
  std::string key_type;
  std::string failure;  // "client unknown_ca", each once, comma-separated.
};
// Handshakes that began at that moment or later, whenever their capture was read; of each hop those of the newest run
// that decides it.
Result<std::vector<CapturedHandshakes>> captured_handshakes(const Database& database, const KeptPlan& plan,
                                                            const std::string& since);

}  // namespace ucready::db
