// ucready diff: what changed between two runs, or between two days.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/printable.h"
#include "db/database.h"
#include "report/difference.h"
#include "scanner/command.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

void add_diff_options(po::options_description& options) {
  options.add_options()                                                                                          //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "the database to read")  //
      ("from", po::value<std::string>()->default_value("")->value_name("RUN"),
       "before: a run's id, the beginning of one, or a day (2027-01-16: what was newest then); omitted: the run before "
       "the other")  //
      ("to", po::value<std::string>()->default_value("")->value_name("RUN"),
       "after: the same; omitted: the newest run of each kind")  //
      ("format", po::value<std::string>()->default_value("text")->value_name("F"), "text, csv or json");
}

Result<const report::DifferenceFormat*> format_of(const std::string& name) {
  const auto formats = report::difference_formats();
  const auto found = std::ranges::find(formats, name, &report::DifferenceFormat::name);
  if (found != formats.end()) return &*found;
  return fail(ErrorCode::invalid_input, fmt::format("--format {}: choose from text, csv, json", name));
}

Result<ExitCode> run_diff_command(const po::variables_map& values, Console& console) {
  const auto format = format_of(values["format"].as<std::string>());
  if (!format) return tl::unexpected<Error>(format.error());
  const auto database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto comparison =
      report::comparison_of(*database, values["from"].as<std::string>(), values["to"].as<std::string>());
  if (!comparison) return tl::unexpected<Error>(comparison.error());
  console.err << printable(
                     fmt::format("from {} to {}", fmt::join(comparison->from, ", "), fmt::join(comparison->to, ", ")))
              << '\n';
  report::Style style;
  style.columns = static_cast<std::size_t>(std::clamp(console.columns, 40, 200));
  const auto told = report::write_difference(*database, *comparison, **format, style, console.out);
  if (!told) return tl::unexpected<Error>(told.error());
  return ExitCode::done;
}

}  // namespace

extern const Command kDiffCommand;
const Command kDiffCommand = {
    .name = "diff",
    .summary = "what changed between two runs, or between two days",
    .usage = "[--db FILE] [--from RUN] [--to RUN] [--format text|csv|json]",
    .examples =
        "  ucready diff --db hq.db                                # the newest run of each kind against the one "
        "before\n"
        "  ucready diff --db hq.db --from 2027-01-15 --to 2027-01-17 --format csv > acceptance.csv\n"
        "  ucready diff --db hq.db --from 01M8KR --to 01M8KT\n",
    .positional = "",
    .add_options = add_diff_options,
    .run = run_diff_command,
};

}  // namespace ucready::scanner
