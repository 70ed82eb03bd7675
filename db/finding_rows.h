// Keeps the findings of one rule while its query still gives rows. However many there are, memory holds one batch: the
// rest waits in a temporary table, so that a query which reads v_finding does not meet its own findings.
#pragma once

#include <cstddef>
#include <string>

#include "db/finding.h"
#include "db/finding_table.h"
#include "db/rules.h"

namespace ucready::db {

class FindingRows {
 public:
  // All must outlive it. One at a time for a table.
  FindingRows(FindingTable& table, const std::string& run_id, const Rule& rule, const std::string& site,
              const RuleLimits& limits);

  // False once enough was seen: what the query would still give is not looked at. Throws SQLite::Exception.
  bool take(RuleRow row);
  // As many findings as are kept of one rule are there, and rows about more.
  [[nodiscard]] bool overflows() const { return left_out_ > 0; }
  // Replaces this run's findings of the rule, and says in one more finding how many rows were left out. `whole`: the
  // query gave all its rows.
  void finish(bool whole, FindingCounts& counts);
  void forget();  // This run has no findings of the rule then.

 private:
  void flush();
  bool merge_into_kept(const Finding& finding);
  void insert(const Finding& finding);
  [[nodiscard]] RuleRow rest(bool whole) const;

  FindingTable& table_;
  const std::string& run_id_;
  const Rule& rule_;
  const RuleLimits& limits_;
  FindingBatch batch_;
  std::size_t rows_ = 0;
  std::size_t kept_ = 0;  // In the temporary table.
  std::size_t left_out_ = 0;
  std::size_t left_out_by_severity_[5] = {};
};

}  // namespace ucready::db
