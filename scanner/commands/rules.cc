// ucready rules: what is looked for, and the text of each rule to read or to start one's own from.
#include "db/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "core/printable.h"
#include "scanner/command.h"

namespace ucready::scanner {

extern const Command kRulesCommand;

namespace {

namespace po = boost::program_options;

void add_options(po::options_description& options) {
  options.add_options()  //
      ("rules", po::value<std::string>()->value_name("DIR"),
       "add the *.sql files of this folder; one with the id of a "
       "built-in rule replaces it")  //
      ("export", po::value<std::string>()->value_name("DIR"), "write each rule as DIR/ID.sql; nothing is overwritten");
}

void print_list(const std::vector<db::Rule>& rules, std::ostream& out) {
  std::size_t longest = 0;
  for (const db::Rule& rule : rules) longest = std::max(longest, rule.id.size());
  for (const db::Rule& rule : rules) {
    const std::string origin = rule.origin == "built in" ? "" : fmt::format(" ({})", printable(rule.origin));
    out << fmt::format("{:<{}}  {:<8}  {}{}\n", rule.id, longest, to_text(rule.severity), printable(rule.title),
                       origin);
  }
}

// A value of a rule's head, broken into lines as docs/rules.md has it.
std::string head_line(std::string_view key, std::string_view value) {
  constexpr std::size_t kColumns = 120;
  std::string text;
  std::string line = fmt::format("-- {}:", key);
  while (!value.empty()) {
    const std::string_view word = value.substr(0, value.find(' '));
    value.remove_prefix(std::min(word.size() + 1, value.size()));
    if (line.size() + 1 + word.size() > kColumns) {
      text += line + '\n';
      line = "--  ";
    }
    line += fmt::format(" {}", word);
  }
  return text + line + '\n';
}

// As a rule file: what it says can be edited and given back with --rules.
std::string as_file(const db::Rule& rule) {
  const std::string_view sql = std::string_view(rule.sql).substr(0, rule.sql.find_last_not_of('\n') + 1);
  return fmt::format("{}{}{}{}{}\n", head_line("id", rule.id), head_line("severity", to_text(rule.severity)),
                     head_line("title", rule.title), head_line("remedy", rule.remedy), sql);
}

Result<void> export_rules(const std::vector<db::Rule>& rules, const std::filesystem::path& folder) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble) return fail(ErrorCode::io, fmt::format("{}: {}", folder.string(), trouble.message()));
  for (const db::Rule& rule : rules) {
    const std::filesystem::path path = folder / (rule.id + ".sql");
    if (std::filesystem::exists(path)) {
      return fail(ErrorCode::invalid_input, path.string() + " is there already; name an empty folder");
    }
    std::ofstream file(path);
    file << as_file(rule);
    file.close();
    if (!file) return fail(ErrorCode::io, path.string() + " cannot be written");
  }
  return {};
}

Result<ExitCode> run(const po::variables_map& options, Console& console) {
  std::vector<db::Rule> rules = db::built_in_rules();
  if (options.contains("rules")) {
    auto joined = db::rules_with(options["rules"].as<std::string>());
    if (!joined) return tl::unexpected(joined.error());
    rules = std::move(*joined);
  }
  if (options.contains("id")) {
    for (const std::string& id : options["id"].as<std::vector<std::string>>()) {
      const auto rule = std::ranges::find(rules, id, &db::Rule::id);
      if (rule == rules.end()) {
        return fail(ErrorCode::not_found, fmt::format("there is no rule {}; 'ucready rules' lists them", id));
      }
      console.out << as_file(*rule);
    }
    return ExitCode::done;
  }
  if (options.contains("export")) {
    if (auto exported = export_rules(rules, options["export"].as<std::string>()); !exported) {
      return tl::unexpected(exported.error());
    }
    return ExitCode::done;
  }
  print_list(rules, console.out);
  return ExitCode::done;
}

}  // namespace

const Command kRulesCommand = {
    .name = "rules",
    .summary = "list what is looked for, or show one rule",
    .usage = "[--rules DIR] [--export DIR] [ID...]",
    .examples =
        "  ucready rules\n"
        "  ucready rules sha1-certificate\n"
        "  ucready rules --export my-rules\n",
    .positional = "id",
    .add_options = add_options,
    .run = run,
};

}  // namespace ucready::scanner
