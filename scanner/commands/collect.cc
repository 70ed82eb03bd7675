// ucready collect: what to gather for an import.
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "scanner/collection.h"
#include "scanner/command.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

void add_collect_options(po::options_description& options) {
  options.add_options()("format", po::value<std::string>()->default_value("text")->value_name("F"),
                        "text: a list to read; bash, powershell: a script that gathers it");
}

Result<ExitCode> run_collect_command(const po::variables_map& values, Console& console) {
  const auto& name = values["format"].as<std::string>();
  const auto formats = all_collection_formats();
  const auto format = std::ranges::find(formats, name, &CollectionFormat::name);
  if (format == formats.end()) {
    return fail(ErrorCode::invalid_input, fmt::format("--format {}: choose from text, bash, powershell", name));
  }
  format->write(console.out);
  return ExitCode::done;
}

}  // namespace

extern const Command kCollectCommand;
const Command kCollectCommand = {
    .name = "collect",
    .summary = "the read-only commands whose output 'import' reads, as a list or a script",
    .usage = "[--format text|bash|powershell]",
    .examples =
        "  ucready collect\n"
        "  ucready collect --format bash > collect.sh\n"
        "  bash collect.sh nodes.txt exports/ && ucready import exports/ --db hq.db\n",
    .positional = "",
    .add_options = add_collect_options,
    .run = run_collect_command,
};

}  // namespace ucready::scanner
