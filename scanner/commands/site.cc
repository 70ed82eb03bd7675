// ucready site: a first site file from what captures saw.
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <ostream>

#include "core/printable.h"
#include "db/database.h"
#include "report/output_file.h"
#include "report/site_draft.h"
#include "scanner/command.h"
#include "scanner/rule_options.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

void add_site_options(po::options_description& options) {
  options.add_options()                                                                                            //
      ("from-capture", po::bool_switch(), "guess clusters, nodes and hops from the captures in the database")      //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "the database to read")    //
      ("output,o", po::value<std::string>()->value_name("FILE"), "where to write; - or nothing: standard output")  //
      ("catalogue", po::value<std::string>()->value_name("DIR"),
       "product files that replace or join the built-in ones");
}

Result<void> write_to_file(const report::SeenEstate& estate, const upgrade::Catalogue& catalogue,
                           const db::Database& database, const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::equivalent(path, database.path(), ignored)) {
    return fail(ErrorCode::invalid_input, path.string() + " is the database; name another file");
  }
  if (std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::invalid_input,
                path.string() + " is there already, and may have been worked on; name another file");
  }
  auto file = report::OutputFile::create(path);
  if (!file) return tl::unexpected<Error>(file.error());
  report::write_site_draft(estate, catalogue, file->stream());
  return file->commit();
}

Result<ExitCode> run_site_command(const po::variables_map& values, Console& console) {
  if (!values["from-capture"].as<bool>()) {
    return fail(ErrorCode::invalid_input, "what to make the site file from is not said; give --from-capture");
  }
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  const auto database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto estate = report::seen_estate(*database);
  if (!estate) return tl::unexpected<Error>(estate.error());
  if (estate->talks.empty()) {
    console.err << "ucready: no capture has seen a connection; read one with 'ucready capture -r FILE' first\n";
    return ExitCode::partly;
  }
  const std::string output = values.count("output") > 0 ? values["output"].as<std::string>() : "-";
  if (output == "-") {
    report::write_site_draft(*estate, *catalogue, console.out);
  } else if (auto written = write_to_file(*estate, *catalogue, *database, output); !written) {
    return tl::unexpected<Error>(written.error());
  }
  if (estate->left_out > 0) {
    console.err << fmt::format("ucready: {} kinds of connections were left out, see the file's head\n",
                               estate->left_out);
    return ExitCode::partly;
  }
  return ExitCode::done;
}

}  // namespace

extern const Command kSiteCommand;
const Command kSiteCommand = {
    .name = "site",
    .summary = "a first site file from what captures saw, to be completed by hand",
    .usage = "--from-capture [--db FILE] [-o FILE]",
    .examples =
        "  ucready site --from-capture --db hq.db -o hq.yaml\n"
        "  ucready scan --site hq.yaml --dry-run\n",
    .positional = "",
    .add_options = add_site_options,
    .run = run_site_command,
};

}  // namespace ucready::scanner
