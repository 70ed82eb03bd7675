// Writes what captures saw as rows. Speaks SQL only: transactions, errors and pace are the run writer's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "db/certificate_rows.h"
#include "db/row_insert.h"
#include "db/session_observation.h"

namespace ucready::db {

// Who the two ends of a connection are: clusters and nodes of the site, or the address where none is known.
struct HopEnds {
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string server;
  std::string server_node;
  std::string protocol;
};
// Asked once for each kind of session.
using HopNaming = std::function<HopEnds(const SessionObservation&)>;

class SessionRows {
 public:
  // `certificates` must outlive it. Goes on counting where the run's rows end.
  SessionRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates, HopNaming naming);

  std::uint32_t put_source(const std::string& name);
  // `bytes`: the handshake as both sides sent it, of a session that failed; empty = not kept. All throw
  // SQLite::Exception.
  void put(const SessionObservation& session, ByteView bytes);
  // A connection whose hello was not seen.
  void put_midstream(const SessionObservation& session);
  // Writes what is counted in memory; to be called before each commit.
  void flush();

 private:
  struct Kind {
    SessionObservation sample;  // What all sessions of the kind share; holds offer and certificates alive.
    std::int64_t number = 0;
    std::int64_t sessions = 0;
    bool stored = false;
    bool counted = false;  // Its count is not yet in the file.
  };
  struct KindHash {
    std::size_t operator()(const Kind* kind) const;
    std::size_t operator()(const SessionObservation& session) const;
    using is_transparent = void;
  };
  struct SameKind {
    bool operator()(const Kind* a, const Kind* b) const { return same(a->sample, b->sample); }
    bool operator()(const SessionObservation& a, const Kind* b) const { return same(a, b->sample); }
    bool operator()(const Kind* a, const SessionObservation& b) const { return same(a->sample, b); }
    using is_transparent = void;
    static bool same(const SessionObservation& a, const SessionObservation& b);
  };

  Kind& kind_of(const SessionObservation& session);
  void insert_kind(const Kind& kind);
  void put_offer(const ClientOffer& offer);

  std::string run_id_;
  CertificateRows& certificates_;
  HopNaming naming_;
  std::int64_t next_session_;
  std::int64_t next_kind_;
  std::uint32_t next_source_;
  // Bounded: when it is full all are forgotten, and what comes again becomes a kind of its own.
  std::unordered_set<Kind*, KindHash, SameKind> kinds_;
  std::vector<std::unique_ptr<Kind>> kept_kinds_;
  std::vector<Kind*> counted_;
  std::unordered_set<std::string> offers_;  // Known to be in the file; bounded.

  RowInsert insert_session_;
  RowInsert insert_kind_;
  RowInsert update_kind_;
  RowInsert insert_bytes_;
  RowInsert insert_offer_;
  RowInsert insert_source_;
  RowInsert count_midstream_;
};

}  // namespace ucready::db
