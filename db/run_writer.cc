#include "db/run_writer.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "core/ulid.h"
#include "db/ballast.h"
#include "db/certificate_rows.h"
#include "db/fact_rows.h"
#include "db/interface_rows.h"
#include "db/offer_rows.h"
#include "db/sqlite_error.h"
#include "db/trust_rows.h"

namespace ucready::db {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatchInterfaces = 256;
constexpr std::size_t kBatchAnswerBytes = 1'000'000;  // More would not stay in SQLite's cache until it is written.
constexpr std::size_t kBatchSessions = 100'000;
constexpr auto kBatchTime = std::chrono::milliseconds(500);

std::string to_text(RunStatus status) {
  constexpr std::array<const char*, 3> kNames = {"running", "done", "partial"};
  return kNames.at(static_cast<std::size_t>(status));
}

std::set<InterfaceKey> interfaces_of(SQLite::Database& database, const std::string& run_id) {
  std::set<InterfaceKey> keys;
  SQLite::Statement rows(database,
                         "SELECT site, cluster, node, address, port, protocol FROM v_interface WHERE run_id = ?");
  rows.bind(1, run_id);
  while (rows.executeStep()) {
    const auto text = [&](int column) { return rows.getColumn(column).getString(); };
    keys.insert({text(0), text(1), text(2), text(3), static_cast<std::uint16_t>(rows.getColumn(4).getUInt()), text(5)});
  }
  return keys;
}

HopEnds ends_by_address(const SessionObservation& session) {
  HopEnds ends;
  ends.client = ucready::to_text(session.client.address);
  ends.server = ucready::to_text(session.server.address);
  ends.protocol = session.protocol;
  return ends;
}

}  // namespace

struct RunWriter::Impl {
  Impl(Database& target, std::string id)
      : path(target.path()),
        database(target.handle()),
        run_id(std::move(id)),
        certificates(database),
        interfaces(database, run_id, certificates),
        facts(database, run_id),
        trust(database, run_id, certificates) {}

  // Runs `work` inside the open batch. After the first trouble nothing more is kept: what was committed stays whole.
  template <typename Work>
  Result<void> keep(Work&& work) {
    if (failed) return tl::unexpected<Error>(*failed);
    auto kept = guarded(path, database.getHandle(), [&] {
      if (!batch) {
        batch.emplace(database, SQLite::TransactionBehavior::IMMEDIATE);
        batch_began = Clock::now();
      }
      work();
    });
    return kept ? kept : give_up(kept.error());
  }

  Result<void> commit() {
    if (failed) return tl::unexpected<Error>(*failed);
    if (!batch) return {};
    auto committed = guarded(path, database.getHandle(), [&] {
      if (sessions) sessions->flush();
      batch->commit();
    });
    if (!committed) return give_up(committed.error());
    batch.reset();
    pending = 0;
    pending_bytes = 0;
    pending_sessions = 0;
    return {};
  }

  Result<void> commit_when_due() {
    const bool due = pending >= kBatchInterfaces || pending_bytes >= kBatchAnswerBytes ||
                     pending_sessions >= kBatchSessions || Clock::now() - batch_began >= kBatchTime;
    if (!due) return {};
    return commit();
  }

  // After trouble too: a run that gave up is over, and a disk that is full has the room that was held back for this.
  Result<void> end_early() {
    batch.reset();
    ballast.reset();
    const std::optional<Error> trouble = std::exchange(failed, std::nullopt);
    auto ended = keep([&] { set_status(RunStatus::partial); });
    if (ended) ended = commit();
    if (trouble) failed = trouble;
    return ended;
  }

  void hold_room() { ballast.emplace(std::filesystem::absolute(path).parent_path()); }

  Result<void> give_up(const Error& error) {
    failed = error;
    batch.reset();  // Rolls back.
    return tl::unexpected<Error>(error);
  }

  SessionRows& session_rows() {
    if (!sessions) sessions.emplace(database, run_id, certificates, naming);
    return *sessions;
  }

  void set_status(RunStatus status) {
    RowInsert update(database, "UPDATE run SET status = ?, finished_at = ? WHERE run_id = ?");
    update.run(to_text(status), status == RunStatus::running ? std::nullopt : std::optional(to_iso8601(now())), run_id);
  }

  std::filesystem::path path;
  SQLite::Database& database;
  std::string run_id;
  std::string arguments;
  std::set<InterfaceKey> seen;
  CertificateRows certificates;
  InterfaceRows interfaces;
  FactRows facts;
  TrustRows trust;
  std::optional<SessionRows> sessions;  // Of captures only.
  HopNaming naming = ends_by_address;
  std::size_t pending_sessions = 0;
  std::int64_t next_hop = 0;
  std::int64_t next_brought = 0;
  std::int64_t next_import = 0;
  std::optional<SQLite::Transaction> batch;
  Clock::time_point batch_began;
  std::size_t pending = 0;
  std::size_t pending_bytes = 0;
  std::optional<Error> failed;
  std::optional<Ballast> ballast;
};

RunWriter::RunWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunWriter::RunWriter(RunWriter&&) noexcept = default;
RunWriter& RunWriter::operator=(RunWriter&&) noexcept = default;

RunWriter::~RunWriter() {
  if (impl_ && !impl_->failed) static_cast<void>(impl_->commit());
}

Result<RunWriter> RunWriter::begin(Database& database, const RunStart& start, const std::vector<Fact>& facts) {
  auto made = guarded(database.path(), database.handle().getHandle(),
                      [&] { return std::make_unique<Impl>(database, make_ulid()); });
  if (!made) return tl::unexpected<Error>(made.error());
  RunWriter writer(std::move(*made));
  Impl& impl = *writer.impl_;
  impl.arguments = start.arguments;
  auto kept = impl.keep([&] {
    RowInsert insert(impl.database, "INSERT INTO run VALUES (?, ?, ?, ?, NULL, ?, ?, ?)");
    insert.run(impl.run_id, start.kind, start.site, to_iso8601(now()), to_text(RunStatus::running), start.tool_version,
               start.arguments);
    for (const Fact& fact : facts) impl.facts.put(fact);
    put_order(impl.database, impl.run_id, start.order);
  });
  if (kept) kept = impl.commit();
  if (!kept) return tl::unexpected<Error>(kept.error());
  impl.hold_room();
  return writer;
}

Result<RunWriter> RunWriter::resume(Database& database, const std::string& kind, const std::string& site) {
  auto made = guarded(database.path(), database.handle().getHandle(), [&]() -> std::unique_ptr<Impl> {
    SQLite::Statement newest(database.handle(),
                             "SELECT run_id, arguments FROM run WHERE kind = ? AND site = ? AND status <> 'done' "
                             "ORDER BY started_at DESC, run_id DESC LIMIT 1");
    newest.bind(1, kind);
    newest.bind(2, site);
    if (!newest.executeStep()) return nullptr;
    auto impl = std::make_unique<Impl>(database, newest.getColumn(0).getString());
    impl->arguments = newest.getColumn(1).getString();
    impl->seen = interfaces_of(database.handle(), impl->run_id);
    return impl;
  });
  if (!made) return tl::unexpected<Error>(made.error());
  if (!*made) {
    return fail(ErrorCode::not_found, fmt::format("{}: no unfinished {}{} to go on with", database.path().string(),
                                                  kind, site.empty() ? "" : " of site " + site));
  }
  RunWriter writer(std::move(*made));
  auto kept = writer.impl_->keep([&] { writer.impl_->set_status(RunStatus::running); });
  if (kept) kept = writer.impl_->commit();
  if (!kept) return tl::unexpected<Error>(kept.error());
  writer.impl_->hold_room();
  return writer;
}

const std::string& RunWriter::run_id() const { return impl_->run_id; }
const std::string& RunWriter::arguments() const { return impl_->arguments; }
const std::set<InterfaceKey>& RunWriter::already_seen() const { return impl_->seen; }

Result<void> RunWriter::add(const InterfaceObservation& observation) {
  auto kept = impl_->keep([&] { impl_->pending_bytes += impl_->interfaces.put(observation); });
  if (!kept) return kept;
  ++impl_->pending;
  return impl_->commit_when_due();
}

Result<void> RunWriter::add(const Fact& fact) {
  auto kept = impl_->keep([&] { impl_->facts.put(fact); });
  if (!kept) return kept;
  return impl_->commit_when_due();
}

void RunWriter::name_hops(HopNaming naming) { impl_->naming = std::move(naming); }

Result<std::uint32_t> RunWriter::begin_source(const std::string& name) {
  std::uint32_t number = 0;
  auto kept = impl_->keep([&] { number = impl_->session_rows().put_source(name); });
  if (!kept) return tl::unexpected<Error>(kept.error());
  return number;
}

Result<void> RunWriter::add(const SessionObservation& session, ByteView bytes) {
  auto kept = impl_->keep([&] { impl_->session_rows().put(session, bytes); });
  if (!kept) return kept;
  ++impl_->pending_sessions;
  impl_->pending_bytes += bytes.size();
  return impl_->commit_when_due();
}

Result<void> RunWriter::add_midstream(const SessionObservation& session) {
  auto kept = impl_->keep([&] { impl_->session_rows().put_midstream(session); });
  if (!kept) return kept;
  ++impl_->pending_sessions;
  return impl_->commit_when_due();
}

Result<void> RunWriter::add(const DeclaredHop& hop) {
  auto kept = impl_->keep([&] {
    RowInsert insert(impl_->database,
                     "INSERT INTO declared_hop VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.run(impl_->run_id, impl_->next_hop++, hop.client, hop.client_node, OrNull{hop.client_service}, hop.server,
               hop.server_node, OrNull{hop.address}, hop.port, hop.protocol, hop.source, hop.security, hop.dormant,
               OrNull{hop.name}, OrNull{hop.origin}, hop.line > 0 ? std::optional(hop.line) : std::nullopt);
  });
  if (!kept) return kept;
  return impl_->commit_when_due();
}

Result<void> RunWriter::add(const ImportSource& source) {
  auto kept = impl_->keep([&] {
    RowInsert insert(impl_->database, "INSERT INTO import_source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.run(impl_->run_id, impl_->next_import++, source.source, source.format, source.cluster, source.node,
               std::string(source.partial ? "partial" : "whole"), static_cast<std::int64_t>(source.lines),
               static_cast<std::int64_t>(source.unknown_lines), OrNull{source.notes});
  });
  if (!kept) return kept;
  return impl_->commit_when_due();
}

Result<void> RunWriter::add(const BroughtOffer& brought) {
  auto kept = impl_->keep([&] {
    OfferRows(impl_->database).put(*brought.offer);
    RowInsert insert(impl_->database, "INSERT INTO profile_offer VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.run(impl_->run_id, impl_->next_brought++, brought.client, brought.client_node, brought.client_service,
               brought.protocol, brought.sessions, brought.offer->offer_id);
  });
  if (!kept) return kept;
  return impl_->commit_when_due();
}

Result<void> RunWriter::add(const TrustObservation& store) {
  auto kept = impl_->keep([&] { impl_->trust.put(store); });
  if (!kept) return kept;
  return impl_->commit_when_due();
}

Result<void> RunWriter::add(const DeclaredChain& chain) {
  auto kept = impl_->keep([&] { impl_->trust.put(chain); });
  if (!kept) return kept;
  return impl_->commit_when_due();
}

Result<void> RunWriter::flush() { return impl_->commit(); }
Result<void> RunWriter::flush_when_due() { return impl_->commit_when_due(); }

std::size_t RunWriter::interfaces_stored() const {
  const auto count = guarded(impl_->path, impl_->database.getHandle(), [&] {
    SQLite::Statement query(impl_->database, "SELECT count(*) FROM interface WHERE run_id = ?");
    query.bind(1, impl_->run_id);
    return query.executeStep() ? static_cast<std::size_t>(query.getColumn(0).getInt64()) : 0;
  });
  return count.value_or(0);
}

Result<void> RunWriter::finish(RunStatus status) {
  if (status == RunStatus::partial && impl_->failed) return impl_->end_early();
  auto kept = impl_->keep([&] { impl_->set_status(status); });
  if (!kept) return kept;
  return impl_->commit();
}

}  // namespace ucready::db
