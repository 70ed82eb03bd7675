// Rules: SQL files that turn what the views show into findings. Read from text, run over one run, results stored.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/database.h"

namespace ucready::db {

// A rule file begins with comment lines `-- id:`, `-- severity:`, `-- title:`, `-- remedy:` (a value goes on over
// following `--   ` lines), then one SELECT. docs/rules.md says which columns it may give.
struct Rule {
  std::string id;
  Severity severity = Severity::info;
  std::string title;
  std::string remedy;
  std::string sql;
  int sql_line = 1;    // The line of the file on which `sql` begins.
  std::string text;    // The whole file.
  std::string origin;  // "built in", or the file's path.
};

// Errors name file, line, cause and mend: "mine.sql:2: severity 'urgent' is unknown; use info, low, medium, high or
// critical".
Result<Rule> read_rule(std::string_view text, const std::string& origin);
std::vector<Rule> built_in_rules();  // Ordered by id.
// The built-in rules, replaced or joined by the *.sql files of a folder, each of which has passed check_rule.
Result<std::vector<Rule>> rules_with(const std::filesystem::path& folder);
// Compiles the rule against an empty database: its SQL is one SELECT over what is there, and gives only known columns.
Result<void> check_rule(const Rule& rule);

// What a rule may cost: a folder of rules may come from anywhere.
struct RuleLimits {
  std::chrono::milliseconds time = std::chrono::seconds(60);  // For each rule.
  std::size_t findings = 100'000;                             // Kept of each rule; how many more there are is told.
  std::size_t rows = 10'000'000;                              // Looked at to tell it.
};

// Runs each rule over the run, replaces this run's findings of it, and gives the count of findings by severity. All or
// nothing is stored. `:now` in a rule is the end of the run, or the present for one that has not ended. What a
// RunWriter holds back must have been flushed. A rule that takes too long is left out with what it had found, and
// named.
struct FindingCounts {
  std::size_t by_severity[5] = {};  // Those that somebody has waived until later are not among them.
  std::size_t waived = 0;
  std::vector<std::string> unanswered;  // Why rules were left out: they took too long. One line each.
  [[nodiscard]] std::size_t total() const;
};
Result<FindingCounts> run_rules(Database& database, const std::string& run_id, const std::vector<Rule>& rules,
                                const RuleLimits& limits = {});

}  // namespace ucready::db
