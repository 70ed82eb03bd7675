#include "db/session_rows.h"

#include <SQLiteCpp/Database.h>

#include <memory>

namespace ucready::db {
namespace {

constexpr std::size_t kMostKinds = 8192;
constexpr std::size_t kSessionsOfOneStatement = 64;
constexpr std::size_t kMostHandshakesOfKind = 4;
constexpr std::size_t kMostHandshakeBytes = 64U << 20;  // In one run.

std::int64_t next_after(SQLite::Database& database, const char* sql, const std::string& run_id) {
  SQLite::Statement query(database, sql);
  query.bind(1, run_id);
  query.executeStep();
  return query.getColumn(0).getInt64() + 1;
}

std::string insert_rows(const char* row, std::size_t count) {
  std::string sql = "INSERT INTO session VALUES ";
  for (std::size_t i = 0; i < count; ++i) sql += std::string(i > 0 ? ", " : "") + row;
  return sql;
}

// Some digits of a digest in hexadecimal are as good a hash as all of them.
std::size_t digest_hash(std::string_view hex) { return std::hash<std::string_view>{}(hex.substr(0, 16)); }

template <typename Point>
std::string name_or_nothing(const std::optional<Point>& point) {
  return point ? tls::name(*point) : std::string();
}

std::string alert_by_text(const std::optional<SessionSide>& side) {
  if (!side) return {};
  return *side == SessionSide::client ? "client" : "server";
}

std::string leaf_of(const std::vector<CertificatePtr>& chain) { return chain.empty() ? "" : chain.front()->sha256; }

std::size_t mix(std::size_t seed, std::size_t value) { return (seed ^ value) * 0x9E3779B97F4A7C15ULL + (seed >> 29U); }

std::size_t hash_of(const IpAddress& address) {
  return std::hash<std::string_view>{}(as_text(ByteView(address.bytes)));
}

bool same_chain(const std::vector<CertificatePtr>& a, const std::vector<CertificatePtr>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && a[i]->sha256 != b[i]->sha256) return false;
  }
  return true;
}

bool same_offer(const ClientOfferPtr& a, const ClientOfferPtr& b) {
  return a == b || (a && b && a->offer_id == b->offer_id);
}

}  // namespace

std::size_t SessionRows::KindHash::operator()(const Kind* kind) const { return (*this)(kind->sample); }

std::size_t SessionRows::KindHash::operator()(const SessionObservation& s) const {
  std::size_t hash = mix(hash_of(s.client.address), hash_of(s.server.address));
  hash = mix(hash, s.server.port);
  hash = mix(hash, s.suite ? s.suite->value : 0x10000);
  hash = mix(hash, s.alert ? s.alert->value : 0x10000);
  if (s.offer) hash = mix(hash, digest_hash(s.offer->offer_id));
  if (!s.server_chain.empty()) hash = mix(hash, digest_hash(s.server_chain.front()->sha256));
  return mix(hash, std::hash<std::string_view>{}(s.server_name));
}

bool SessionRows::SameKind::same(const SessionObservation& a, const SessionObservation& b) {
  return a.client.address == b.client.address && a.server == b.server && a.protocol == b.protocol &&
         a.server_name == b.server_name && a.version == b.version && a.suite == b.suite && a.group == b.group &&
         a.scheme == b.scheme && a.server_key_type == b.server_key_type &&
         a.client_certificate_requested == b.client_certificate_requested &&
         a.client_certificate_sent == b.client_certificate_sent && a.resumed == b.resumed &&
         a.established == b.established && a.alert_by == b.alert_by && a.alert == b.alert && a.inferred == b.inferred &&
         a.hello_retry == b.hello_retry && a.ja3s == b.ja3s && same_offer(a.offer, b.offer) &&
         same_chain(a.server_chain, b.server_chain) && same_chain(a.client_chain, b.client_chain);
}

SessionRows::SessionRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates,
                         HopNaming naming)
    : database_(database),
      run_id_(std::move(run_id)),
      certificates_(certificates),
      naming_(std::move(naming)),
      next_kind_(next_after(database, "SELECT coalesce(max(kind), -1) FROM session_kind WHERE run_id = ?", run_id_)),
      insert_session_(database, "INSERT INTO session VALUES (NULL, ?, ?, ?, ?)"),
      insert_sessions_(database, insert_rows("(NULL, ?, ?, ?, ?)", kSessionsOfOneStatement).c_str()),
      insert_kind_(database,
                   "INSERT INTO session_kind VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                   "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      update_kind_(database, "UPDATE session_kind SET sessions = ? WHERE run_id = ? AND kind = ?"),
      insert_bytes_(database, "INSERT INTO session_bytes VALUES (?, ?)"),
      offers_(database),
      insert_source_(database, "INSERT INTO capture_source VALUES (NULL, ?, ?)"),
      count_midstream_(database,
                       "INSERT INTO midstream VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) "
                       "ON CONFLICT DO UPDATE SET flows = flows + 1") {}

std::uint32_t SessionRows::put_source(const std::string& name) {
  insert_source_.run(run_id_, name);
  return static_cast<std::uint32_t>(database_.getLastInsertRowid());
}

void SessionRows::put(const SessionObservation& session, ByteView bytes) {
  Kind& kind = kind_of(session);
  ++kind.sessions;
  if (!kind.counted) {
    kind.counted = true;
    counted_.push_back(&kind);
  }
  const Pending row{kind.number, session.started_ns / 1000, session.source, session.client.port};
  const bool room = kind.handshakes < kMostHandshakesOfKind && kept_bytes_ + bytes.size() <= kMostHandshakeBytes;
  if (!bytes.empty() && room) {
    ++kind.handshakes;
    kept_bytes_ += bytes.size();
    write(row);
    insert_bytes_.run(database_.getLastInsertRowid(), bytes);
    return;
  }
  pending_.push_back(row);
  if (pending_.size() == kSessionsOfOneStatement) write_pending();
}

void SessionRows::write(const Pending& session) {
  insert_session_.run(session.source, session.kind, session.started_us, session.client_port);
}

void SessionRows::write_pending() {
  if (pending_.size() == kSessionsOfOneStatement) {
    insert_sessions_.run_rows(pending_, [](const Pending& session, auto&& bind) {
      bind(session.source, session.kind, session.started_us, session.client_port);
    });
  } else {
    for (const Pending& session : pending_) write(session);
  }
  pending_.clear();
}

void SessionRows::put_midstream(const SessionObservation& session) {
  const HopEnds ends = naming_(session);
  count_midstream_.run(run_id_, ends.client, ends.client_node, OrNull{ends.client_service}, ends.server,
                       ends.server_node, to_text(session.server.address), session.server.port, ends.protocol);
}

SessionRows::Kind& SessionRows::kind_of(const SessionObservation& session) {
  if (const auto known = kinds_.find(session); known != kinds_.end()) return **known;
  if (kinds_.size() >= kMostKinds) {
    flush();
    kinds_.clear();
    kept_kinds_.clear();
  }
  auto kind = std::make_unique<Kind>();
  kind->sample = session;
  kind->number = next_kind_++;
  Kind& kept = *kept_kinds_.emplace_back(std::move(kind));
  kinds_.insert(&kept);
  return kept;
}

void SessionRows::flush() {
  write_pending();
  for (Kind* kind : counted_) {
    if (kind->stored) {
      update_kind_.run(kind->sessions, run_id_, kind->number);
    } else {
      insert_kind(*kind);
      kind->stored = true;
    }
    kind->counted = false;
  }
  counted_.clear();
}

void SessionRows::insert_kind(const Kind& kind) {
  const SessionObservation& s = kind.sample;
  const HopEnds ends = naming_(s);
  if (s.offer) offers_.put(*s.offer);
  const std::string server_chain = s.server_chain.empty() ? "" : certificates_.put_chain(s.server_chain);
  const std::string client_chain = s.client_chain.empty() ? "" : certificates_.put_chain(s.client_chain);
  insert_kind_.run(
      run_id_, kind.number, kind.sessions, ends.client, ends.client_node, OrNull{ends.client_service},
      to_text(s.client.address), ends.server, ends.server_node, to_text(s.server.address), s.server.port, ends.protocol,
      OrNull{s.server_name}, OrNull{name_or_nothing(s.version)}, OrNull{name_or_nothing(s.suite)},
      OrNull{name_or_nothing(s.group)}, OrNull{name_or_nothing(s.scheme)}, OrNull{std::string(s.server_key_type)},
      OrNull{server_chain}, OrNull{leaf_of(s.server_chain)}, OrNull{client_chain}, OrNull{leaf_of(s.client_chain)},
      s.client_certificate_requested, s.client_certificate_sent, s.resumed, s.established,
      OrNull{alert_by_text(s.alert_by)}, OrNull{name_or_nothing(s.alert)}, OrNull{inferred_text(s.inferred)},
      s.hello_retry, OrNull{s.ja3s}, OrNull{s.offer ? s.offer->offer_id : std::string()});
}

}  // namespace ucready::db
