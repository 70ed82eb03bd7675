// The options of commands that judge what they saw: --rules, --catalogue, --fail-on.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/rules.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct JudgeOptions {
  std::vector<db::Rule> rules;
  std::optional<Severity> fail_on;

  // Findings of that severity or above exist.
  [[nodiscard]] bool fails(const db::FindingCounts& counts) const;
};

void add_rule_options(boost::program_options::options_description& options);
// The built-in products, with those of --catalogue.
Result<upgrade::Catalogue> read_catalogue(const boost::program_options::variables_map& values);
Result<JudgeOptions> read_judge_options(const boost::program_options::variables_map& values);

// Whether each rule was answered; names those that took too long.
bool judged_wholly(const db::FindingCounts& counts, std::ostream& err);

// "2 critical, 14 high", or "none".
std::string counts_text(const db::FindingCounts& counts);

}  // namespace ucready::scanner
