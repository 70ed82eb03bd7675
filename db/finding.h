// What a rule concluded, made ready to be kept.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "core/words.h"
#include "db/rule_query.h"

namespace ucready::db {

struct Finding {
  std::string id;
  Severity severity = Severity::info;
  std::string confidence;
  RuleRow row;  // With its site filled in, and texts cut to what a reader can use; title and remedy: see FindingBatch.
};

// The same from run to run for the same thing: docs/database.md says of what it is the digest.
std::string finding_id(const std::string& rule_id, const RuleRow& row);

// Two rows about the same thing become one finding: the gravest severity, the earliest wave, the evidence of both.
void merge(Finding& into, const Finding& from);

// Some findings of one rule. Nothing that they share is kept with each.
class FindingBatch {
 public:
  // Both must outlive it.
  FindingBatch(const Rule& rule, const std::string& run_site);

  void add(RuleRow row);
  void clear();
  [[nodiscard]] const std::deque<Finding>& all() const { return findings_; }
  // About how much memory they take.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  // Its own, or the rule's where the row has none.
  [[nodiscard]] const std::string& title(const Finding& finding) const;
  [[nodiscard]] const std::string& remedy(const Finding& finding) const;

 private:
  const Rule& rule_;
  const std::string& run_site_;
  std::string title_;
  std::string remedy_;
  std::deque<Finding> findings_;
  std::map<std::string_view, Finding*> by_id_;
  std::size_t bytes_ = 0;
};

}  // namespace ucready::db
