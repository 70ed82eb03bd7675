// ucready waive: accepts a finding until a day, with a reason. It stays visible, and returns when the day is over.
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <ostream>

#include "core/printable.h"
#include "core/time.h"
#include "db/waivers.h"
#include "scanner/command.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kLongestReason = 1000;

void add_waive_options(po::options_description& options) {
  options.add_options()                                                                                              //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "the database to write to")  //
      ("reason", po::value<std::string>()->value_name("R"), "why it is accepted, and by whom")                       //
      ("until", po::value<std::string>()->value_name("DATE"), "the last day on which it is: 2027-03-31")             //
      ("end", po::bool_switch(), "take the waiver back");
}

Result<Time> last_moment(const std::string& day) {
  const auto first = parse_iso8601(day);
  constexpr std::size_t kDay = 10;  // "2027-03-31"
  if (!first || day.size() != kDay)
    return fail(ErrorCode::invalid_input, fmt::format("--until {}: give a day, as in 2027-03-31", day));
  const Time until = *first + std::chrono::seconds(86399);
  if (until <= now()) return fail(ErrorCode::invalid_input, fmt::format("--until {}: that day is over", day));
  return until;
}

Result<ExitCode> end(db::Database& database, const std::string& finding, Console& console) {
  const auto ended = db::end_waiver(database, finding);
  if (!ended) return tl::unexpected<Error>(ended.error());
  if (!*ended) return fail(ErrorCode::not_found, fmt::format("{} is not waived", finding));
  console.out << printable(finding) << " is waived no more\n";
  return ExitCode::done;
}

Result<ExitCode> run_waive_command(const po::variables_map& values, Console& console) {
  if (values.count("finding") == 0 || values["finding"].as<std::vector<std::string>>().size() != 1) {
    return fail(
        ErrorCode::invalid_input,
        "name one finding by its id, or so much of its beginning that no other has it; 'ucready report --format "
        "csv' shows them");
  }
  const bool ends = values["end"].as<bool>();
  if (!ends &&
      (values.count("reason") == 0 || values["reason"].as<std::string>().empty() || values.count("until") == 0)) {
    return fail(ErrorCode::invalid_input,
                "a waiver needs --reason and --until, so that somebody answers for it and it ends");
  }
  db::Waiver waiver;
  if (!ends) {
    waiver.reason = values["reason"].as<std::string>();
    if (waiver.reason.size() > kLongestReason)
      return fail(ErrorCode::invalid_input, fmt::format("--reason is longer than {} bytes", kLongestReason));
    const auto until = last_moment(values["until"].as<std::string>());
    if (!until) return tl::unexpected<Error>(until.error());
    waiver.until = *until;
  }
  const std::string path = values["db"].as<std::string>();
  // A waiver makes no database: where there is none, that is what is said.
  auto database = db::Database::open(path, std::filesystem::exists(path) ? db::OpenMode::write : db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto finding = db::finding_named(*database, values["finding"].as<std::vector<std::string>>().front());
  if (!finding) return tl::unexpected<Error>(finding.error());
  if (ends) return end(*database, *finding, console);
  waiver.finding_id = *finding;
  if (auto kept = db::put_waiver(*database, waiver); !kept) return tl::unexpected<Error>(kept.error());
  console.out << fmt::format("{} is waived until {}; it stays in every report and fails no --fail-on until then\n",
                             printable(*finding), to_iso8601(waiver.until));
  return ExitCode::done;
}

}  // namespace

extern const Command kWaiveCommand;
const Command kWaiveCommand = {
    .name = "waive",
    .summary = "accept a finding until a day; it stays visible and returns then",
    .usage = "FINDING --reason R --until DATE [--db FILE]   |   FINDING --end [--db FILE]",
    .examples =
        "  ucready waive 5d1f0c3a --db hq.db --reason 'fax server goes in March, J. Meier' --until 2027-03-31\n"
        "  ucready waive 5d1f0c3a --db hq.db --end\n"
        "  ucready report --db hq.db --table waiver               # all of them, with their reasons\n",
    .positional = "finding",
    .add_options = add_waive_options,
    .run = run_waive_command,
};

}  // namespace ucready::scanner
