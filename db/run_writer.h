// Keeps one run's observations. One writer a database; rows are committed in batches, so a kill loses at most the last
// one.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "core/words.h"
#include "db/database.h"
#include "db/interface_observation.h"
#include "db/session_rows.h"
#include "db/trust_observation.h"

namespace ucready::db {

// One entry of a declared order: a cluster to upgrade or a setting to change in a wave.
struct OrderStep {
  int wave = 1;      // From 1, as the site file lists them.
  std::string date;  // ISO day; empty: none.
  std::string kind;  // upgrade, set
  std::string cluster;
  std::string setting;  // Of kind `set`.
  std::string value;
};

// A hop that somebody declared or a system's configuration holds.
struct DeclaredHop {
  std::string client;
  std::string client_node;     // Empty: all nodes.
  std::string client_service;  // Empty: not known.
  std::string server;
  std::string server_node;
  std::string address;  // Of the server's node; empty where it has none.
  std::uint16_t port = 0;
  std::string protocol;
  std::string source;    // declared, imported
  std::string security;  // authenticated, encrypted, nonsecure
  bool dormant = false;
  std::string name{};    // Imported: what its source calls it, a trunk, a zone or a dial-peer.
  std::string origin{};  // Imported: the export.
  int line = 0;
};

// An export that an import run read.
struct ImportSource {
  std::string source;
  std::string format;
  std::string cluster;  // Empty: nobody could tell whose it is.
  std::string node;
  bool partial = false;
  std::size_t lines = 0;
  std::size_t unknown_lines = 0;
  std::string notes;
};

// A client service's offer, so often made there where it was recorded.
struct BroughtOffer {
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string protocol;
  std::int64_t sessions = 0;
  ClientOfferPtr offer;
};

struct RunStart {
  std::string kind;  // scan, capture, import, plan
  std::string site;
  std::string tool_version;
  std::string arguments;  // The command line, for the reader and for --resume.
  std::vector<OrderStep> order;
};

enum class RunStatus { running, done, partial };  // As text in v_run.status; a killed run stays `running`.

class RunWriter {
 public:
  // Begins a run and stores its row and facts at once, so that even a run killed in its first second is known.
  static Result<RunWriter> begin(Database& database, const RunStart& start, const std::vector<Fact>& facts);
  // Goes on with the newest unfinished run of that kind and site; `not_found` when there is none.
  static Result<RunWriter> resume(Database& database, const std::string& kind, const std::string& site);

  RunWriter(RunWriter&&) noexcept;
  RunWriter& operator=(RunWriter&&) noexcept;
  ~RunWriter();  // Commits what is pending; the run stays `running` unless finish() was called.

  [[nodiscard]] const std::string& run_id() const;
  // The command line the run was begun with.
  [[nodiscard]] const std::string& arguments() const;
  // Interfaces that the resumed run already holds. Empty for a new run.
  [[nodiscard]] const std::set<InterfaceKey>& already_seen() const;

  // Kept with the next batch: after 256 interfaces, 1 MB of answers or half a second, whichever comes first. The same
  // interface again replaces what this run holds of it. Errors are of the disk (full, read-only): nothing later can be
  // kept.
  Result<void> add(const InterfaceObservation& observation);
  // A fact found out during the run (identified, imported); kept with the next batch.
  Result<void> add(const Fact& fact);
  // A store whose content is known whole; kept with the next batch.
  Result<void> add(const TrustObservation& store);
  Result<void> add(const DeclaredChain& chain);

  // Of a capture. Before the first session: who its ends are; without it they are addresses.
  void name_hops(HopNaming naming);
  // Where sessions come from: a file's path or an interface's name. Gives the number that stands for it in sessions.
  Result<std::uint32_t> begin_source(const std::string& name);
  // `bytes`: see SessionRows::put. Sessions are kept with a batch of at most half a second or 100,000.
  Result<void> add(const SessionObservation& session, ByteView bytes = {});
  // A connection that carried TLS but whose hello was not seen; only endpoints and protocol of `session` are used.
  Result<void> add_midstream(const SessionObservation& session);
  Result<void> add(const DeclaredHop& hop);
  // An offer brought from another database, and who makes it.
  Result<void> add(const BroughtOffer& offer);
  // Of an import.
  Result<void> add(const ImportSource& source);

  // Commits what is pending. The half second is looked at only when something is added: a scan that waits long for its
  // next interface calls this now and then.
  Result<void> flush();
  // The same, but only where the half second is over.
  Result<void> flush_when_due();
  // `partial` is possible after trouble as well: a little room is held back for it from the beginning.
  Result<void> finish(RunStatus status);
  // Of this run, in the database; what is pending does not count before it is committed.
  [[nodiscard]] std::size_t interfaces_stored() const;

 private:
  struct Impl;
  explicit RunWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ucready::db
