#include "db/rule_query.h"

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "core/bytes.h"
#include "core/printable.h"
#include "db/rule_guard.h"

namespace ucready::db {
namespace {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

struct RuleColumn {
  std::string_view name;
  std::string RuleRow::*text;
  std::optional<std::int64_t> RuleRow::*number;
};

constexpr RuleColumn kColumns[] = {
    {"site", &RuleRow::site, nullptr},
    {"cluster", &RuleRow::cluster, nullptr},
    {"node", &RuleRow::node, nullptr},
    {"address", &RuleRow::address, nullptr},
    {"port", nullptr, &RuleRow::port},
    {"protocol", &RuleRow::protocol, nullptr},
    {"hop_client", &RuleRow::hop_client, nullptr},
    {"hop_server", &RuleRow::hop_server, nullptr},
    {"wave", nullptr, &RuleRow::wave},
    {"told", nullptr, &RuleRow::told},
    {"title", &RuleRow::title, nullptr},
    {"evidence", &RuleRow::evidence, nullptr},
    {"remedy", &RuleRow::remedy, nullptr},
    {"severity", &RuleRow::severity, nullptr},
    {"confidence", &RuleRow::confidence, nullptr},
    {"subject", &RuleRow::subject, nullptr},
};

struct Parameter {
  std::string_view name;
  std::string RuleParameters::*value;
};
constexpr Parameter kParameters[] = {
    {":run_id", &RuleParameters::run_id}, {":site", &RuleParameters::site}, {":now", &RuleParameters::now}};

template <typename Rows>
auto find_named(const Rows& rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, [](const auto& row) { return row.name; });
  return found == std::end(rows) ? nullptr : &*found;
}

template <typename Rows>
std::string names_of(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) text += (text.empty() ? "" : ", ") + std::string(row.name);
  return text;
}

tl::unexpected<Error> refuse(const Rule& rule, int line, std::string_view why) {
  return fail(ErrorCode::invalid_input, printable(fmt::format("{}:{}: {}", rule.origin, line, why)));
}

tl::unexpected<Error> sql_error(sqlite3* handle, const Rule& rule) {
  const int offset = sqlite3_error_offset(handle);
  const auto end =
      rule.sql.begin() + std::clamp<std::ptrdiff_t>(offset, 0, static_cast<std::ptrdiff_t>(rule.sql.size()));
  const int line = rule.sql_line + static_cast<int>(std::count(rule.sql.begin(), end, '\n'));
  return refuse(rule, line, fmt::format("{}; correct the rule's SQL", sqlite3_errmsg(handle)));
}

// Comments and semicolons may follow the statement.
bool is_statement(sqlite3* handle, std::string_view sql) {
  while (!sql.empty()) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &raw, &tail);
    const StatementPtr statement(raw);
    if (code != SQLITE_OK || statement) return true;
    const std::string_view rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
    if (rest.size() == sql.size()) return false;
    sql = rest;
  }
  return false;
}

Result<StatementPtr> compile(sqlite3* handle, const Rule& rule) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v2(handle, rule.sql.c_str(), static_cast<int>(rule.sql.size()) + 1, &raw, &tail);
  StatementPtr statement(raw);
  if (code != SQLITE_OK) return sql_error(handle, rule);
  if (!statement) return refuse(rule, rule.sql_line, "no SELECT follows the head; add the rule's query");
  if (sqlite3_stmt_readonly(raw) == 0 || sqlite3_column_count(raw) == 0 || sqlite3_stmt_isexplain(raw) != 0) {
    return refuse(rule, rule.sql_line, "is no SELECT; a rule may only read");
  }
  if (is_statement(handle, tail)) return refuse(rule, rule.sql_line, "holds more than one statement; write one SELECT");

  bool asks_for_run = false;
  for (int i = 1; i <= sqlite3_bind_parameter_count(raw); ++i) {
    const char* const name = sqlite3_bind_parameter_name(raw, i);
    if (name == nullptr || find_named(kParameters, name) == nullptr) {
      return refuse(
          rule, rule.sql_line,
          fmt::format("parameter {} is unknown; use {}", name == nullptr ? "?" : name, names_of(kParameters)));
    }
    asks_for_run = asks_for_run || std::string_view(name) == ":run_id";
  }
  if (!asks_for_run) {
    return refuse(rule, rule.sql_line, "would judge every run there ever was; add WHERE run_id = :run_id");
  }
  for (int i = 0; i < sqlite3_column_count(raw); ++i) {
    const char* const name = sqlite3_column_name(raw, i);
    if (name == nullptr || find_named(kColumns, name) == nullptr) {
      return refuse(
          rule, rule.sql_line,
          fmt::format("column {} is unknown; give any of {}", name == nullptr ? "?" : name, names_of(kColumns)));
    }
  }
  return statement;
}

std::string text_of(sqlite3_stmt* row, int column) {
  const unsigned char* const text = sqlite3_column_text(row, column);
  return std::string(as_text(ByteView(text, static_cast<std::size_t>(sqlite3_column_bytes(row, column)))));
}

Result<RuleRow> read_row(sqlite3_stmt* statement, const Rule& rule) {
  RuleRow row;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    if (sqlite3_column_type(statement, i) == SQLITE_NULL) continue;
    const RuleColumn* const column = find_named(kColumns, sqlite3_column_name(statement, i));
    if (column->text != nullptr) {
      row.*(column->text) = text_of(statement, i);
    } else if (sqlite3_column_type(statement, i) == SQLITE_INTEGER) {
      row.*(column->number) = sqlite3_column_int64(statement, i);
    } else {
      return refuse(rule, rule.sql_line,
                    fmt::format("column {} is no whole number; correct the rule's SQL", column->name));
    }
  }
  if (!row.severity.empty() && !parse_severity(row.severity)) {
    return refuse(rule, rule.sql_line,
                  fmt::format("severity '{}' is unknown; use info, low, medium, high or critical", row.severity));
  }
  if (!row.confidence.empty() && !parse_confidence(row.confidence)) {
    return refuse(rule, rule.sql_line,
                  fmt::format("confidence '{}' is unknown; use observed, imported, declared, assumed or unknown",
                              row.confidence));
  }
  return row;
}

}  // namespace

Result<void> check_query(SQLite::Database& database, const Rule& rule) {
  RuleGuard guard(database.getHandle());
  const RuleGuard::ReadingOnly reading(guard, RuleLimits{}.time);
  const auto statement = compile(database.getHandle(), rule);
  if (!statement) return tl::unexpected<Error>(statement.error());
  return {};
}

std::string took_too_long(const Rule& rule, const RuleLimits& limits) {
  return refuse(rule, rule.sql_line, fmt::format("takes longer than {} ms; simplify its query", limits.time.count()))
      .value()
      .message;
}

Result<QueryEnd> run_query(SQLite::Database& database, RuleGuard& guard, const Rule& rule,
                           const RuleParameters& parameters, const RuleLimits& limits,
                           const std::function<bool(RuleRow)>& take) {
  sqlite3* const handle = database.getHandle();
  const RuleGuard::ReadingOnly reading(guard, limits.time);
  const auto compiled = compile(handle, rule);
  if (!compiled) return tl::unexpected<Error>(compiled.error());
  sqlite3_stmt* const statement = compiled->get();
  for (const Parameter& parameter : kParameters) {
    const std::string& value = parameters.*(parameter.value);
    const int index = sqlite3_bind_parameter_index(statement, std::string(parameter.name).c_str());
    if (index > 0) sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }

  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    auto row = read_row(statement, rule);
    if (!row) return tl::unexpected<Error>(row.error());
    const RuleGuard::Lifted lifted(guard);
    if (!take(std::move(*row))) return QueryEnd::stopped;
  }
  if (code == SQLITE_INTERRUPT) return QueryEnd::too_late;
  if (code != SQLITE_DONE) return sql_error(handle, rule);
  return QueryEnd::whole;
}

}  // namespace ucready::db
