// ucready report: tells what is in the database. It reads; it judges and connects to nothing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <span>

#include "core/printable.h"
#include "core/words.h"
#include "db/database.h"
#include "report/evidence_pack.h"
#include "report/format.h"
#include "report/output_file.h"
#include "scanner/command.h"

namespace ucready::scanner {

extern const Command kReportCommand;

namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

std::string format_help() {
  std::string help;
  for (const report::Format& format : report::all_formats()) {
    help += fmt::format("{}{}: {}", help.empty() ? "" : "\n", format.name, format.description);
  }
  return help;
}

void add_options(po::options_description& options) {
  options.add_options()("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"),
                        "the database to read")(
      "format", po::value<std::string>()->default_value("text")->value_name("F"), format_help().c_str())(
      "output,o", po::value<std::string>()->value_name("FILE"), "write here (mode 0600) instead of to standard output")(
      "table", po::value<std::string>()->value_name("NAME"), "a table instead of the findings: interface_version, ...")(
      "rule", po::value<Words>()->value_name("ID"), "only findings of this rule; may be repeated")(
      "severity", po::value<std::string>()->value_name("S"),
      "only findings of this severity (info low medium high critical) or above")(
      "evidence", po::value<std::string>()->value_name("FINDING"),
      "all that this finding rests on, as files in the folder -o names: for a support case")(
      "redact", po::bool_switch(), "replace names and addresses by labels, the same label for the same thing")(
      "fail-on", po::value<std::string>()->value_name("S"),
      "exit with 1 when findings of this severity or above are told");
}

Result<Severity> severity_option(const po::variables_map& options, const std::string& name, Severity otherwise) {
  if (!options.contains(name)) return otherwise;
  const auto& word = options[name].as<std::string>();
  if (const auto severity = parse_severity(word)) return *severity;
  return fail(ErrorCode::invalid_input,
              fmt::format("--{} {}: choose from info, low, medium, high, critical", name, word));
}

Result<report::Selection> selection_of(const po::variables_map& options) {
  report::Selection selection;
  if (options.contains("table")) selection.table = options["table"].as<std::string>();
  if (options.contains("rule")) selection.rules = options["rule"].as<Words>();
  selection.redact = options["redact"].as<bool>();
  auto severity = severity_option(options, "severity", Severity::info);
  if (!severity) return tl::unexpected(severity.error());
  selection.at_least = *severity;
  return selection;
}

Result<const report::Format*> format_option(const po::variables_map& options) {
  const auto& name = options["format"].as<std::string>();
  if (const report::Format* format = report::find_format(name)) return format;
  Words names;
  for (const report::Format& format : report::all_formats()) names.emplace_back(format.name);
  return fail(ErrorCode::invalid_input, fmt::format("--format {}: choose from {}", name, fmt::join(names, ", ")));
}

Result<report::Told> write_to_file(const db::Database& database, const report::Document& document,
                                   const report::Format& format, const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::equivalent(path, database.path(), ignored)) {
    return fail(ErrorCode::invalid_input, path.string() + " is the database; name another file");
  }
  auto file = report::OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto told = report::write_report(database, document, format, {}, file->stream());
  if (!told) return told;
  if (auto kept = file->commit(); !kept) return tl::unexpected(kept.error());
  return told;
}

Result<report::Told> write(const po::variables_map& options, const db::Database& database,
                           const report::Selection& selection, const report::Format& format, Console& console) {
  auto document = report::Document::open(database, selection);
  if (!document) return tl::unexpected(document.error());
  if (options.contains("output") && options["output"].as<std::string>() != "-") {
    return write_to_file(database, *document, format, options["output"].as<std::string>());
  }
  report::Style style;
  constexpr int kNarrowest = 40, kProse = 120, kTable = 400;  // Longer lines of prose are hard to read.
  style.columns =
      static_cast<std::size_t>(std::clamp(console.columns, kNarrowest, document->is_table() ? kTable : kProse));
  style.colour = console.out_is_terminal && std::getenv("NO_COLOR") == nullptr;  // https://no-color.org
  return report::write_report(database, *document, format, style, console.out);
}

// Names are replaced in no file of it: handshakes and certificates are what they are.
Result<ExitCode> pack_evidence(const po::variables_map& options, Console& console) {
  if (!options.contains("output"))
    return fail(ErrorCode::invalid_input, "--evidence makes a folder of files; name it with -o FOLDER");
  for (const char* const other : {"table", "rule", "severity", "fail-on"}) {
    if (options.contains(other))
      return fail(ErrorCode::invalid_input, fmt::format("--evidence packs one finding; leave out --{}", other));
  }
  if (options["redact"].as<bool>())
    return fail(ErrorCode::invalid_input,
                "--evidence holds handshakes and certificates as they were; leave out --redact");
  const auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const std::string folder = options["output"].as<std::string>();
  const auto files = report::write_evidence_pack(*database, options["evidence"].as<std::string>(), folder);
  if (!files) return tl::unexpected<Error>(files.error());
  for (const report::EvidenceFile& file : *files) console.out << fmt::format("{:<28} {}\n", file.name, file.what);
  console.err << fmt::format("{} files in {}; names and addresses in them are the real ones\n", files->size(),
                             printable(folder));
  return ExitCode::done;
}

Result<ExitCode> run(const po::variables_map& options, Console& console) {
  if (options.contains("evidence")) return pack_evidence(options, console);
  const auto format = format_option(options);
  if (!format) return tl::unexpected(format.error());
  const auto selection = selection_of(options);
  if (!selection) return tl::unexpected(selection.error());
  if (!(*format)->tables && (!selection->table.empty() || !selection->rules.empty() || options.contains("severity"))) {
    return fail(ErrorCode::invalid_input,
                fmt::format("--format {} tells all at once; --table, --rule and --severity go with text, csv and json",
                            (*format)->name));
  }
  const auto fail_on = severity_option(options, "fail-on", Severity::critical);
  if (!fail_on) return tl::unexpected(fail_on.error());

  const auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected(database.error());
  const auto told = write(options, *database, *selection, **format, console);
  if (!told && told.error().code == ErrorCode::io) {
    console.err << "ucready: " << printable(told.error().message) << '\n';
    return ExitCode::partly;
  }
  if (!told) return tl::unexpected(told.error());

  // The text says so itself.
  if ((*format)->name != "text" || options.contains("output")) {
    for (const std::string& doubt : told->doubts) console.err << "ucready: " << printable(doubt) << '\n';
  }
  const auto grave = std::span(told->findings).subspan(static_cast<std::size_t>(*fail_on));
  const bool failed =
      options.contains("fail-on") && std::ranges::any_of(grave, [](std::size_t count) { return count > 0; });
  return failed ? ExitCode::findings : ExitCode::done;
}

}  // namespace

const Command kReportCommand = {
    .name = "report",
    .summary = "tell what was found: findings, or any table",
    .usage = "[--db FILE] [--format F] [-o FILE] [options]",
    .examples =
        "  ucready report\n"
        "  ucready report --format csv -o findings.csv\n"
        "  ucready report --severity high --fail-on critical\n"
        "  ucready report --rule sha1-certificate --rule expressway-sha1\n"
        "  ucready report --table interface_version --format json\n"
        "  ucready report --format html -o report.html            # for people: open it in a browser\n"
        "  ucready report --redact --format csv -o to-send.csv\n"
        "  ucready report --evidence 5d1f0c3a -o case-4711/       # what one finding rests on, for a support case\n",
    .positional = "",
    .add_options = add_options,
    .run = run,
};

}  // namespace ucready::scanner
