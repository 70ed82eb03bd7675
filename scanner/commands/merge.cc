// ucready merge: brings the databases of several sites into one.
#include "db/merge.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/printable.h"
#include "scanner/command.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

void add_merge_options(po::options_description& options) {
  options.add_options()("db", po::value<std::string>()->default_value("ucready.db")->value_name("CENTRAL"),
                        "the database to merge into; made where there is none");
}

Result<ExitCode> run_merge_command(const po::variables_map& values, Console& console) {
  if (values.count("site") == 0) return fail(ErrorCode::invalid_input, "name the databases to merge");
  const auto& sites = values["site"].as<std::vector<std::string>>();
  for (const std::string& site : sites) {  // Before anything is written.
    if (const auto there = db::Database::open(site, db::OpenMode::read); !there)
      return tl::unexpected<Error>(there.error());
  }
  auto central = db::Database::open(values["db"].as<std::string>(), db::OpenMode::write);
  if (!central) return tl::unexpected<Error>(central.error());
  bool conflicts = false;
  for (const std::string& site : sites) {
    const auto merged = db::merge(*central, site);
    if (!merged) return tl::unexpected<Error>(merged.error());
    console.out << fmt::format(
        "{}: {} added, {} known{}\n", printable(site),
        merged->added == 1 ? "1 run" : fmt::format("{} runs", merged->added), merged->known,
        merged->renewed == 0 ? "" : fmt::format(", {} unfinished before and finished now", merged->renewed));
    for (const std::string& conflict : merged->conflicts)
      console.err << "ucready: " << printable(site) << ": " << conflict << '\n';
    conflicts = conflicts || !merged->conflicts.empty();
  }
  return conflicts ? ExitCode::partly : ExitCode::done;
}

}  // namespace

extern const Command kMergeCommand;
const Command kMergeCommand = {
    .name = "merge",
    .summary = "bring the databases of several sites into one; twice is the same as once",
    .usage = "--db CENTRAL SITE.db...",
    .examples =
        "  ucready merge --db all.db hamburg.db munich.db london.db\n"
        "  ucready report --db all.db --format html -o all.html\n",
    .positional = "site",
    .add_options = add_merge_options,
    .run = run_merge_command,
};

}  // namespace ucready::scanner
