// ucready hops: every hop with a sentence on what it rests on, and where to capture what is missing.
#include "report/hops.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "db/database.h"
#include "scanner/command.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

void add_hops_options(po::options_description& options) {
  options.add_options()("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"),
                        "the database to read");
}

Result<ExitCode> run_hops_command(const po::variables_map& values, Console& console) {
  const auto database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto columns = static_cast<std::size_t>(std::clamp(console.columns, 40, 200));
  const auto hops = report::write_hops(*database, console.out, columns);
  if (!hops) return tl::unexpected<Error>(hops.error());
  if (*hops > 0) return ExitCode::done;
  console.err << "ucready: no hop is known; read a capture with 'ucready capture -r FILE', or declare hops in the site "
                 "file and scan it\n";
  return ExitCode::partly;
}

}  // namespace

extern const Command kHopsCommand;
const Command kHopsCommand = {
    .name = "hops",
    .summary = "every hop with a sentence on what it rests on, and a capture plan for those not seen",
    .usage = "[--db FILE]",
    .examples =
        "  ucready hops --db hq.db\n"
        "  ucready report --db hq.db --table hop --format csv\n",
    .positional = "",
    .add_options = add_hops_options,
    .run = run_hops_command,
};

}  // namespace ucready::scanner
