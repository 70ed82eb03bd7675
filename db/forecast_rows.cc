#include "db/forecast_rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

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

Result<void> put_forecast(Database& database, const std::string& run_id, const ForecastRows& rows) {
  return guarded(database.path(), database.handle().getHandle(), [&] {
    SQLite::Database& handle = database.handle();
    SQLite::Transaction transaction(handle, SQLite::TransactionBehavior::IMMEDIATE);
    RowInsert state(handle, "INSERT INTO forecast_state VALUES (?, ?, ?, ?, ?)");
    for (const ForecastState& row : rows.states)
      state.run(run_id, row.cluster, row.state, OrNull{row.release}, OrNull{row.change});
    RowInsert step(handle, "INSERT INTO forecast_step VALUES (?, ?, ?, ?, ?)");
    for (const ForecastStep& row : rows.steps) step.run(run_id, row.wave, row.cluster, row.before, row.after);
    RowInsert hop(handle, "INSERT INTO forecast_hop VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    std::int64_t n = 0;
    for (const ForecastHop& row : rows.hops) {
      hop.run(run_id, n++, row.client, row.client_node, OrNull{row.client_service}, row.server, row.server_node,
              OrNull{row.address}, row.port, row.protocol, row.dormant ? 1 : 0);
    }
    RowInsert cell(handle, "INSERT INTO forecast_cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const ForecastCell& row : rows.cells) {
      const std::string outcome(to_text(row.outcome));
      const std::string confidence(to_text(row.confidence));
      cell.run(run_id, row.hop, row.client_state, row.server_state, outcome, OrNull{row.reason}, OrNull{row.version},
               OrNull{row.cipher}, OrNull{row.key_type}, OrNull{row.certificate_sha256}, confidence, OrNull{row.grade},
               row.explanation);
    }
    RowInsert mend(handle, "INSERT INTO mend VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const Mend& row : rows.mends) {
      mend.run(run_id, row.id, row.what, row.target, row.before_wave, row.saves, row.breaks, OrNull{row.restarts},
               OrNull{row.precondition}, OrNull{row.path}, OrNull{row.verify}, OrNull{row.undo});
    }
    transaction.commit();
  });
}

}  // namespace ucready::db
