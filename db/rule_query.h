// Runs the SELECT of one rule. Rules may come from anywhere, so the query can read and compute within limits, and
// nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/words.h"
#include "db/rules.h"

namespace SQLite {
class Database;
}

namespace ucready::db {

class RuleGuard;

// One row that a rule gave. Empty text: the column was not given or NULL.
struct RuleRow {
  std::string site;
  std::string cluster;
  std::string node;
  std::string address;
  std::optional<std::int64_t> port;
  std::string protocol;
  std::string hop_client;
  std::string hop_server;
  std::optional<std::int64_t> wave;
  std::optional<std::int64_t> told;
  std::string title;
  std::string evidence;
  std::string remedy;
  std::string severity;
  std::string confidence;
  std::string subject;  // Tells findings of one rule about one interface apart; goes into finding_id only.
};

// The values of :run_id, :site and :now.
struct RuleParameters {
  std::string run_id;
  std::string site;
  std::string now;
};

Result<void> check_query(SQLite::Database& database, const Rule& rule);

enum class QueryEnd {
  whole,     // Every row was handed out.
  stopped,   // `take` wanted no more.
  too_late,  // The time was over.
};
// Hands out one row after the other until `take`, which may write, says false. Where it fails, those before are void.
// `guard` watches the database's connection.
Result<QueryEnd> run_query(SQLite::Database& database, RuleGuard& guard, const Rule& rule,
                           const RuleParameters& parameters, const RuleLimits& limits,
                           const std::function<bool(RuleRow)>& take);
std::string took_too_long(const Rule& rule, const RuleLimits& limits);

}  // namespace ucready::db
