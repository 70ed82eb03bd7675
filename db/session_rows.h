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
#include "db/offer_rows.h"
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
  // `certificates` must outlive it. Goes on counting where the run's kinds end.
  SessionRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates, HopNaming naming);

  std::uint32_t put_source(const std::string& name);
  // `bytes`: the handshake as both sides sent it, of a session that failed; empty = none. Kept of the first few of each
  // kind: a client that is refused every minute proves nothing more the tenth time. All throw SQLite::Exception.
  void put(const SessionObservation& session, ByteView bytes);
  // A connection whose hello was not seen.
  void put_midstream(const SessionObservation& session);
  // Writes what is held in memory; to be called before each commit.
  void flush();

 private:
  struct Kind {
    SessionObservation sample;  // What all sessions of the kind share; holds offer and certificates alive.
    std::int64_t number = 0;
    std::int64_t sessions = 0;
    std::size_t handshakes = 0;  // Kept.
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

  // A row of the session table that waits for its turn: many are written by one statement.
  struct Pending {
    std::int64_t kind = 0;
    std::int64_t started_us = 0;
    std::uint32_t source = 0;
    std::uint16_t client_port = 0;
  };

  Kind& kind_of(const SessionObservation& session);
  void write_pending();
  void write(const Pending& session);
  void insert_kind(const Kind& kind);

  SQLite::Database& database_;
  std::string run_id_;
  CertificateRows& certificates_;
  HopNaming naming_;
  std::int64_t next_kind_;
  // Bounded: when it is full all are forgotten, and what comes again becomes a kind of its own.
  std::unordered_set<Kind*, KindHash, SameKind> kinds_;
  std::vector<std::unique_ptr<Kind>> kept_kinds_;
  std::vector<Kind*> counted_;

  std::vector<Pending> pending_;
  std::size_t kept_bytes_ = 0;  // Of handshakes.

  RowInsert insert_session_;
  RowInsert insert_sessions_;  // As many as wait at most.
  RowInsert insert_kind_;
  RowInsert update_kind_;
  RowInsert insert_bytes_;
  OfferRows offers_;
  RowInsert insert_source_;
  RowInsert count_midstream_;
};

}  // namespace ucready::db
