#include "scanner/rule_options.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "core/printable.h"

namespace ucready::scanner {

namespace po = boost::program_options;

bool JudgeOptions::fails(const db::FindingCounts& counts) const {
  if (!fail_on) return false;
  for (auto severity = static_cast<std::size_t>(*fail_on); severity < std::size(counts.by_severity); ++severity) {
    if (counts.by_severity[severity] > 0) return true;
  }
  return false;
}

void add_rule_options(po::options_description& options) {
  options.add_options()  //
      ("fail-on", po::value<std::string>()->value_name("SEVERITY"),
       "exit 1 on findings from there up: low medium high critical")                                            //
      ("rules", po::value<std::string>()->value_name("DIR"), "more rules, or other ones for the built-in ids")  //
      ("catalogue", po::value<std::string>()->value_name("DIR"), "more products, or other files for the built-in ones");
}

Result<upgrade::Catalogue> read_catalogue(const boost::program_options::variables_map& values) {
  if (values.count("catalogue") == 0) return upgrade::Catalogue::built_in();
  return upgrade::Catalogue::with(values["catalogue"].as<std::string>());
}

Result<JudgeOptions> read_judge_options(const po::variables_map& values) {
  JudgeOptions options;
  if (values.count("fail-on") > 0) {
    const auto& word = values["fail-on"].as<std::string>();
    options.fail_on = parse_severity(word);
    if (!options.fail_on || *options.fail_on == Severity::info) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("--fail-on {}: no such severity; give low, medium, high or critical", word));
    }
  }
  Result<std::vector<db::Rule>> rules = db::built_in_rules();
  if (values.count("rules") > 0) rules = db::rules_with(values["rules"].as<std::string>());
  if (!rules) return tl::unexpected<Error>(rules.error());
  options.rules = std::move(*rules);
  return options;
}

bool judged_wholly(const db::FindingCounts& counts, std::ostream& err) {
  for (const std::string& why : counts.unanswered)
    err << fmt::format("ucready: {}; its findings are missing\n", printable(why));
  return counts.unanswered.empty();
}

std::string counts_text(const db::FindingCounts& counts) {
  std::string text;
  for (std::size_t severity = std::size(counts.by_severity); severity-- > 0;) {
    if (counts.by_severity[severity] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts.by_severity[severity],
                        to_text(static_cast<Severity>(severity)));
  }
  if (text.empty()) text = "none";
  return counts.waived == 0 ? text : fmt::format("{}; {} waived", text, counts.waived);
}

}  // namespace ucready::scanner
