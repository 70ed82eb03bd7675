#include "db/forecast_rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <unordered_map>

#include "db/row_insert.h"
#include "db/sqlite_error.h"

namespace ucready::db {

std::string_view to_text(HopOutcome outcome) {
  switch (outcome) {
    case HopOutcome::works:
      return "works";
    case HopOutcome::breaks:
      return "breaks";
    case HopOutcome::unknown:
      break;
  }
  return "unknown";
}

namespace {

void put_course(SQLite::Database& database, const std::string& run_id, const ForecastRows& rows) {
  RowInsert state(database, "INSERT INTO forecast_state VALUES (?, ?, ?, ?, ?)");
  std::map<std::string, int> since;  // The wave after which each cluster came to its state.
  for (const ForecastState& row : rows.states) {
    state.run(run_id, row.cluster, row.state, OrNull{row.release}, OrNull{row.change});
    since[row.cluster] = 0;
  }
  RowInsert wave(database, "INSERT INTO forecast_wave VALUES (?, ?, ?)");
  RowInsert move(database, "INSERT INTO forecast_move VALUES (?, ?, ?, ?, ?)");
  RowInsert standing(database, "INSERT INTO forecast_standing VALUES (?, ?, ?, ?, ?)");
  std::map<std::string, int> at;
  const int last = static_cast<int>(rows.waves.size()) - 1;
  for (int n = 0; n <= last; ++n) {
    const ForecastWave& row = rows.waves[static_cast<std::size_t>(n)];
    wave.run(run_id, n, OrNull{row.date});
    for (const ForecastStep& step : row.moves) {
      move.run(run_id, step.cluster, n, step.before, step.after);
      standing.run(run_id, step.cluster, step.before, since[step.cluster], n - 1);
      since[step.cluster] = n;
      at[step.cluster] = step.after;
    }
  }
  for (const auto& [cluster, first] : since) standing.run(run_id, cluster, at[cluster], first, last);
}

// Hops of one kind between the same two faces.
struct Link {
  std::string client;
  std::string client_service;
  std::string server;
  std::uint16_t port = 0;
  std::string protocol;

  bool operator==(const Link&) const = default;
};
struct LinkHash {
  std::size_t operator()(const Link& link) const {
    const std::hash<std::string> hash;
    std::size_t mixed = link.port;
    for (const std::string* const text : {&link.client, &link.client_service, &link.server, &link.protocol})
      mixed = mixed * 1'000'003 + hash(*text);
    return mixed;
  }
};
struct OfKind {
  std::int64_t pairs = 0;
  std::size_t first_hop = 0;
};

void put_hops(SQLite::Database& database, const std::string& run_id, const ForecastRows& rows) {
  RowInsert insert(database, "INSERT INTO forecast_hop VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  std::unordered_map<Link, std::map<std::uint32_t, OfKind>, LinkHash> links;
  for (std::size_t n = 0; n < rows.hops; ++n) {
    const ForecastHop row = rows.hop(n);
    insert.run(run_id, n, row.client, row.client_node, OrNull{row.client_service}, row.server, row.server_node,
               OrNull{row.address}, row.port, row.protocol, row.dormant ? 1 : 0, rows.kinds[n]);
    OfKind& of = links[{row.client, row.client_service, row.server, row.port, row.protocol}][rows.kinds[n]];
    if (of.pairs++ == 0) of.first_hop = n;
  }
  RowInsert put(database, "INSERT INTO forecast_link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const auto& [link, kinds] : links) {
    std::int64_t of_pairs = 0;
    for (const auto& [kind, of] : kinds) of_pairs += of.pairs;
    for (const auto& [kind, of] : kinds) {
      put.run(run_id, link.client, link.client_service, link.server, link.port, link.protocol, kind, of.pairs, of_pairs,
              of.first_hop);
    }
  }
}

void put_summary(SQLite::Database& database, const std::string& run_id, const ForecastRows& rows) {
  RowInsert minimum(database, "INSERT INTO forecast_minimum VALUES (?, ?, ?, ?, ?, ?)");
  RowInsert blocker(database, "INSERT INTO forecast_blocker VALUES (?, ?, ?, ?, ?, ?)");
  for (const ForecastMinimum& row : rows.minimums) {
    minimum.run(run_id, row.cluster, row.wave, row.version, row.breaks, row.unknown);
    for (const ForecastMinimum::Blocker& one : row.blockers)
      blocker.run(run_id, row.cluster, row.wave, row.version, one.cluster, one.hops);
  }
  RowInsert evidence(database, "INSERT INTO forecast_evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const ForecastEvidence& row : rows.evidence) {
    evidence.run(run_id, row.cluster, row.node, row.fact, row.missing, OrNull{row.path}, row.minutes, row.hops,
                 OrNull{row.source}, OrNull{row.confidence});
  }
  RowInsert left_out(database, "INSERT INTO forecast_left_out VALUES (?, ?, ?)");
  left_out.run(run_id, std::string("without_tls"), rows.without_tls);
  RowInsert note(database, "INSERT INTO forecast_note VALUES (?, ?, ?)");
  for (std::size_t n = 0; n < rows.notes.size(); ++n) note.run(run_id, n, rows.notes[n]);
}

}  // namespace

Result<void> put_forecast(Database& database, const std::string& run_id, const ForecastRows& rows) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Database& handle = database.handle();
    SQLite::Transaction transaction(handle, SQLite::TransactionBehavior::IMMEDIATE);
    put_course(handle, run_id, rows);
    put_hops(handle, run_id, rows);
    RowInsert cell(handle, "INSERT INTO forecast_cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const ForecastCell& row : rows.cells) {
      const std::string outcome(to_text(row.outcome));
      const std::string confidence(to_text(row.confidence));
      cell.run(run_id, row.kind, row.client_state, row.server_state, outcome, OrNull{row.reason}, OrNull{row.version},
               OrNull{row.cipher}, OrNull{row.key_type}, OrNull{row.certificate_sha256}, confidence, OrNull{row.grade},
               row.explanation);
    }
    RowInsert mend(handle, "INSERT INTO mend VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const Mend& row : rows.mends) {
      mend.run(run_id, row.id, row.what, row.target, row.before_wave, row.saves, row.breaks, OrNull{row.restarts},
               OrNull{row.precondition}, OrNull{row.path}, OrNull{row.verify}, OrNull{row.undo}, row.impact,
               row.chosen ? 1 : 0, row.undo_breaks, OrNull{row.source}, OrNull{row.confidence});
    }
    put_summary(handle, run_id, rows);
    transaction.commit();
  });
}

}  // namespace ucready::db
