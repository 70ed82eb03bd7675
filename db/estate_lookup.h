// What a forecast starts from: the facts of one run, and beside them what imports, the newest scan and the newest
// capture of the same site tell. An import of no site tells of any. Plain rows; upgrade/forecast makes ends of hops out
// of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/answer_lookup.h"
#include "db/captured_lookup.h"
#include "db/database.h"
#include "db/run_writer.h"

namespace ucready::db {

// A listener as the newest scan met it.
struct SeenInterface {
  std::string cluster;
  std::string node;
  int port = 0;
  std::string protocol;
  std::vector<std::string> accepted;           // Versions.
  std::vector<std::string> chain_ids;          // Of all it presented, each once.
  bool requested = false;                      // A client certificate, at any version.
  std::optional<bool> required;                // Nothing: not determined.
  std::optional<bool> secure_renegotiation{};  // At each version asked; nothing: not asked, or it cannot be told.
};

struct SeenChain {
  std::string cluster;
  std::string node;
  std::string service;  // Empty and port 0: of all services and interfaces.
  int port = 0;
  std::string chain_id;
  Confidence confidence = Confidence::declared;
};

// Sessions of one kind between two ends: a hello, and what became of it.
struct SeenSessions {
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string server;
  std::string server_node;
  int port = 0;
  std::int64_t sessions = 0;
  std::optional<bool> established;
  bool resumed = false;
  std::string offer_id;         // Empty: no hello was seen.
  bool told_by_system = false;  // Imported from its own list of connections, not captured.
};

struct EstateRows {
  std::string site;
  std::string scan_run;     // The newest scan, whose listeners these are; empty: none.
  std::vector<Fact> facts;  // Effective ones: of what is told twice, or was seen by the newest scan, the surest.
  std::vector<DeclaredHop> hops;
  std::vector<OrderStep> order;
  std::vector<SeenInterface> interfaces;
  std::vector<SeenChain> declared_chains;
  std::vector<SeenSessions> sessions;
  CapturedEnds captured;
  std::vector<SeenAnswer> answers;                   // Oldest first.
  std::map<std::string, std::vector<Bytes>> chains;  // DER by chain id, leaf first.
  std::map<std::string, Bytes> hellos;               // By offer id.
};

// The newest run that holds facts of clusters, one of a site file before imports, which count beside it in any case;
// nothing where none does.
Result<std::optional<std::string>> newest_run_with_facts(const Database& database);

// `run_id`: the run whose facts, hops, order and declared chains count.
Result<EstateRows> estate_rows(const Database& database, const std::string& run_id);

}  // namespace ucready::db
