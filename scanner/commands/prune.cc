// ucready prune: forgets old runs.
#include "db/prune.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <ostream>

#include "report/plural.h"
#include "scanner/command.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

void add_prune_options(po::options_description& options) {
  options.add_options()                                                                                           //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "the database to prune")  //
      ("keep", po::value<int>()->value_name("N"), "how many runs of each kind and site stay, the newest; at least 1");
}

Result<ExitCode> run_prune_command(const po::variables_map& values, Console& console) {
  if (values.count("keep") == 0)
    return fail(ErrorCode::invalid_input, "say with --keep how many runs of each kind stay");
  const int keep = values["keep"].as<int>();
  if (keep < 1)
    return fail(ErrorCode::invalid_input, fmt::format("--keep {}: at least 1 run of each kind stays", keep));
  const std::string path = values["db"].as<std::string>();
  auto database = db::Database::open(path, std::filesystem::exists(path) ? db::OpenMode::write : db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto pruned = db::prune(*database, static_cast<std::size_t>(keep));
  if (!pruned) return tl::unexpected<Error>(pruned.error());
  console.out << fmt::format("{} removed, {} kept\n", report::plural(pruned->runs, "run", "runs"), pruned->kept);
  return ExitCode::done;
}

}  // namespace

extern const Command kPruneCommand;
const Command kPruneCommand = {
    .name = "prune",
    .summary = "forget all but the newest runs of each kind and site",
    .usage = "--keep N [--db FILE]",
    .examples = "  ucready prune --keep 30 --db hq.db\n",
    .positional = "",
    .add_options = add_prune_options,
    .run = run_prune_command,
};

}  // namespace ucready::scanner
