// What a plan forecasts, as plain values and as rows (docs/database.md, v_forecast and v_mend).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/database.h"

namespace ucready::db {

// A cluster between two steps of an order. State 0 is today; a step moves it to the next.
struct ForecastState {
  std::string cluster;
  int state = 0;
  std::string release;  // Empty: unknown.
  std::string change;   // What made it: "upgrade to 15SU4a", "tls_min = TLSv1.3"; empty: today.
};

// A wave, from 0 = today on, and what it moves from one state to another.
struct ForecastStep {
  int wave = 0;
  std::string cluster;
  int before = 0;
  int after = 0;
};
struct ForecastWave {
  std::string date;                 // ISO day; empty: none.
  std::vector<ForecastStep> moves;  // Each cluster at most once.
};

struct ForecastHop {
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string server;
  std::string server_node;
  std::string address;
  std::uint16_t port = 0;
  std::string protocol;
  std::string security;  // authenticated, encrypted; empty: not stated.
  bool dormant = false;
};

enum class HopOutcome { works, breaks, unknown };
std::string_view to_text(HopOutcome outcome);

// A fact on which a hop turns that is not known.
struct OpenFact {
  std::string fact;     // {client} and {server} stand for the ends.
  std::string missing;  // As in the reason: trust, release, ...
};

struct ForecastCell {
  std::size_t kind = 0;  // Of hops.
  int client_state = 0;
  int server_state = 0;
  HopOutcome outcome = HopOutcome::unknown;
  std::string reason;  // Contract, v_forecast; empty where it works.
  std::string version;
  std::string cipher;
  std::string key_type;
  std::string certificate_sha256;
  Confidence confidence = Confidence::unknown;
  std::string grade;              // proven, robust, derived; empty where it does not work.
  std::string explanation;        // {client} and {server} stand for the ends.
  std::vector<OpenFact> open;     // Where it is unknown; not kept.
  bool against_forecast = false;  // Seen to work although it was worked out to break; not kept.
};

struct Mend {
  std::string id;
  std::string what;
  std::string target;
  int before_wave = 0;  // To be done before this wave; 0: now, it is broken today.
  int saves = 0;        // Hops (node pairs) that work with it and would not without.
  int breaks = 0;       // Hops that it breaks.
  std::string restarts;
  std::string precondition;
  std::string path;
  std::string verify;
  std::string undo;
  int impact = 0;       // What goes down while it is done, as the catalogue counts it: 0 none, 1 a service, ...
  bool chosen = false;  // Of the cheapest set.
  int undo_breaks = 0;  // Hops that break when it is undone after the last wave.
  std::string source;   // Of the catalogue, with its confidence.
  std::string confidence;
};

// A minimum TLS version of a cluster, and what setting it breaks that does not break without.
struct ForecastMinimum {
  std::string cluster;  // Empty: of every cluster that has one.
  int wave = 0;         // Set after this one.
  std::string version;
  std::size_t breaks = 0;   // Hops.
  std::size_t unknown = 0;  // Hops that are then not known to work.
  struct Blocker {
    std::string cluster;  // Which lacks the version.
    std::size_t hops = 0;
  };
  std::vector<Blocker> blockers;
};

// What would settle hops that are not known.
struct ForecastEvidence {
  std::string cluster;  // Of whom it is asked.
  std::string node;
  std::string fact;
  std::string missing;
  std::string path;  // How to get it; empty: the catalogue does not say.
  int minutes = 0;
  std::size_t hops = 0;  // That turn on it in some wave.
  std::string source;
  std::string confidence;
};

struct ForecastRows {
  std::vector<ForecastState> states;
  std::vector<ForecastWave> waves;  // At least today's.
  std::size_t hops = 0;
  std::function<ForecastHop(std::size_t)> hop;  // Made when it is asked for: there may be millions.
  std::vector<std::uint32_t> kinds;             // Of each hop.
  std::vector<ForecastCell> cells;
  std::vector<Mend> mends;
  std::vector<ForecastMinimum> minimums;
  std::vector<ForecastEvidence> evidence;
  std::size_t without_tls = 0;     // Hops between nodes that carry none, and so are left out.
  std::vector<std::string> notes;  // For people; names in them are printable.
};

// In one transaction: all or nothing.
Result<void> put_forecast(Database& database, const std::string& run_id, const ForecastRows& rows);

}  // namespace ucready::db
