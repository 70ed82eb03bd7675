// What a rule concluded, made ready to be kept.
#pragma once

#include <string>
#include <vector>

#include "core/words.h"
#include "db/rule_query.h"

namespace ucready::db {

struct Finding {
  std::string id;
  Severity severity = Severity::info;
  std::string confidence;
  RuleRow row;  // With site, title and remedy filled in, and texts cut to what a reader can use.
};

// The same from run to run for the same thing: docs/database.md says of what it is the digest.
std::string finding_id(const std::string& rule_id, const RuleRow& row);

// Rows that have the same id become one finding: the gravest severity, the earliest wave, the evidence of all.
std::vector<Finding> make_findings(const Rule& rule, const std::string& run_site, std::vector<RuleRow> rows);

}  // namespace ucready::db
