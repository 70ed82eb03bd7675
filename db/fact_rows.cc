#include "db/fact_rows.h"

#include <SQLiteCpp/Database.h>

namespace ucready::db {
namespace {

std::int64_t facts_so_far(SQLite::Database& database, const std::string& run_id) {
  SQLite::Statement query(database, "SELECT coalesce(max(n) + 1, 0) FROM fact WHERE run_id = ?");
  query.bind(1, run_id);
  query.executeStep();
  return query.getColumn(0).getInt64();
}

}  // namespace

FactRows::FactRows(SQLite::Database& database, std::string run_id)
    : run_id_(std::move(run_id)),
      next_(facts_so_far(database, run_id_)),
      insert_fact_(database, "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

void FactRows::put(const Fact& fact) {
  insert_fact_.run(run_id_, fact.cluster, fact.node, fact.service, fact.port, fact.name, next_++, fact.value,
                   std::string(to_text(fact.confidence)), OrNull{fact.source},
                   fact.line > 0 ? std::optional(fact.line) : std::nullopt);
}

void put_order(SQLite::Database& database, const std::string& run_id, const std::vector<OrderStep>& order) {
  RowInsert insert(database, "INSERT INTO order_step VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  std::int64_t n = 0;
  for (const OrderStep& step : order) {
    insert.run(run_id, n++, step.wave, OrNull{step.date}, step.kind, step.cluster, OrNull{step.setting},
               OrNull{step.value});
  }
}

}  // namespace ucready::db
