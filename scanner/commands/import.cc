// ucready import: what systems say of themselves, so that nobody types it.
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <ostream>

#include "core/printable.h"
#include "imports/importer.h"
#include "imports/read_export.h"
#include "scanner/command.h"
#include "scanner/estate_request.h"
#include "scanner/import_run.h"
#include "scanner/import_text.h"
#include "scanner/imported_site.h"
#include "scanner/interruption.h"
#include "scanner/program.h"
#include "scanner/progress.h"
#include "scanner/rule_options.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;
using Words = std::vector<std::string>;

void add_import_options(po::options_description& options) {
  options.add_options()                                                                                           //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "where the run is kept")  //
      ("site", po::value<std::string>()->value_name("FILE"),
       "site file whose clusters and nodes these are; without it those that the database knows")  //
      ("node", po::value<std::string>()->value_name("NAME"),
       "whose exports are that neither say it themselves nor lie in a folder or file of their node's name")  //
      ("write-site", po::value<std::string>()->value_name("FILE"),
       "write a site file of all that is told, with the certificates beside it");
  add_rule_options(options);
}

std::string text_of(const Values& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

struct Heap {
  std::vector<imports::Told> exports;
  std::vector<std::string> unknown;  // Files that no importer knows; the first hundred.
  std::size_t unknown_files = 0;
  imports::Walked walked;
  bool interrupted = false;
};

// The database may lie in the folder that is read.
bool is_of_database(const imports::ExportFile& file, const std::filesystem::path& database) {
  if (!file.archive.empty()) return false;
  std::error_code ignored;
  for (const char* const ending : {"", "-wal", "-shm", "-journal"}) {
    if (std::filesystem::equivalent(file.path, database.string() + ending, ignored)) return true;
  }
  return false;
}

Result<Heap> read_heap(const Words& words, const std::filesystem::path& database, Console& console) {
  constexpr std::size_t kMostNamed = 100;
  constexpr std::size_t kMostExports = 50'000;
  constexpr std::size_t kMostTogether = 1'000'000;  // Things told by all of them.
  std::size_t together = 0;
  Heap heap;
  ProgressLine line(console);
  const Interruption interruption;
  const auto take = [&](imports::ExportFile& file) {
    if (is_of_database(file, database)) return true;
    if (auto told = imports::read_export(file)) {
      together += told->size();
      heap.exports.push_back(std::move(*told));
    } else if (++heap.unknown_files; heap.unknown.size() < kMostNamed) {
      heap.unknown.push_back(file.path);
    }
    return !interruption.requested() && heap.exports.size() < kMostExports && together < kMostTogether;
  };
  auto walked = imports::walk_exports({words.begin(), words.end()}, {}, take,
                                      [&](std::uint64_t done, std::uint64_t total, const std::string& path) {
                                        line.update(done, total, "bytes", printable(path));
                                        return !interruption.requested();
                                      });
  heap.interrupted = interruption.requested();
  if (!walked) return tl::unexpected<Error>(walked.error());
  heap.walked = std::move(*walked);
  if (together >= kMostTogether) {
    heap.walked.troubles.push_back(
        fmt::format("the exports tell more than {} things; import the rest apart", kMostTogether));
  }
  if (heap.exports.size() >= kMostExports) {
    heap.walked.troubles.push_back(fmt::format("more than {} exports; import the rest apart", kMostExports));
  }
  return heap;
}

Result<ExitCode> import_heap(const Values& values, const upgrade::Catalogue& catalogue, const JudgeOptions& judge,
                             db::Database& database, Console& console) {
  auto known = known_estate(values, catalogue, database, console);
  if (!known) return tl::unexpected<Error>(known.error());
  auto heap = read_heap(values["export"].as<Words>(), database.path(), console);
  if (!heap) return tl::unexpected<Error>(heap.error());
  ImportedSystems systems(heap->exports, known->facts, text_of(values, "node"));
  const ImportedEstate estate = join_exports(heap->exports, known->facts, systems, catalogue);

  auto run = db::RunWriter::begin(
      database,
      {.kind = "import", .site = known->site, .tool_version = std::string(kVersion), .arguments = command_line()}, {});
  if (!run) return tl::unexpected<Error>(run.error());
  const auto partly = [&](const Error& error) {
    (void)run->finish(db::RunStatus::partial);
    console.err << fmt::format("ucready: {}; what was read before is stored in {}\n", printable(error.message),
                               printable(database.path().string()));
    return ExitCode::partly;
  };
  if (auto kept = keep_import(*run, estate); !kept) return partly(kept.error());
  const auto findings = db::run_rules(database, run->run_id(), judge.rules);
  if (!findings) return partly(findings.error());
  const bool nothing = estate.facts.empty() && estate.stores.empty() && estate.hops.empty() && estate.chains.empty() &&
                       estate.sessions.empty();
  const bool whole = !estate.incomplete && heap->walked.troubles.empty() && !heap->interrupted && !nothing;
  if (auto finished = run->finish(whole ? db::RunStatus::done : db::RunStatus::partial); !finished) {
    return partly(finished.error());
  }

  const auto changes = db::import_changes(database, run->run_id());
  if (!changes) return tl::unexpected<Error>(changes.error());
  write_import_summary({heap->exports, estate, *changes, *findings}, console.out);
  for (const std::string& path : heap->unknown) {
    console.err << fmt::format("ucready: {}: no export that is known; left out\n", printable(path));
  }
  if (heap->unknown_files > heap->unknown.size()) {
    console.err << fmt::format("ucready: and {} more files that are no known export\n",
                               heap->unknown_files - heap->unknown.size());
  }
  for (const auto* notes : std::initializer_list<const std::vector<std::string>*>{
           &heap->walked.notes, &heap->walked.troubles, &estate.notes}) {
    for (const std::string& text : *notes) console.err << "ucready: " << printable(text) << '\n';
  }
  if (heap->interrupted) console.err << "ucready: interrupted; what was read before is stored\n";
  if (nothing) {
    console.err << "ucready: nothing was learned from it; 'ucready collect' lists what to export\n";
  }
  if (const std::string path = text_of(values, "write-site"); !path.empty() && !nothing) {
    if (auto written = write_imported_site(database, run->run_id(), catalogue, path); !written) {
      return tl::unexpected<Error>(written.error());
    }
    console.err << fmt::format("ucready: wrote {}\n", printable(path));
  }
  console.err << fmt::format("kept in {} as run {}; 'ucready plan --db {}' rests on it\n", database.path().string(),
                             run->run_id(), database.path().string());
  if (!whole) return ExitCode::partly;
  return judge.fails(*findings) ? ExitCode::findings : ExitCode::done;
}

Result<ExitCode> run_import_command(const Values& values, Console& console) {
  if (values.count("export") == 0) {
    return fail(ErrorCode::invalid_input, "import: nothing to read; name exports or folders of them");
  }
  const auto judge = read_judge_options(values);
  if (!judge) return tl::unexpected<Error>(judge.error());
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  if (auto checked = check_import_paths(values["export"].as<Words>(), values["db"].as<std::string>(),
                                        text_of(values, "write-site"));
      !checked) {
    return tl::unexpected<Error>(checked.error());
  }
  auto database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());
  return import_heap(values, *catalogue, *judge, *database, console);
}

}  // namespace

extern const Command kImportCommand;
const Command kImportCommand = {
    .name = "import",
    .summary = "read what systems say of themselves: exports, logs, archives",
    .usage = "FILE|DIR... [--db FILE] [--write-site FILE] [options]",
    .examples =
        "  ucready import exports/ --db hq.db --write-site hq.yaml\n"
        "  ucready import diagnostics.tar.gz cucm-pub.json --site hq.yaml --db hq.db\n"
        "  ucready import putty.log --node cucm-sub2 --db hq.db\n"
        "  ucready plan --db hq.db\n",
    .positional = "export",
    .add_options = add_import_options,
    .run = run_import_command,
};

}  // namespace ucready::scanner
