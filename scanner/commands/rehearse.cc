// ucready rehearse: every distinct state of the plan's hops performed by OpenSSL endpoints in memory, and held against
// its forecast.
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/printable.h"
#include "scanner/estate_request.h"
#include "scanner/progress.h"
#include "scanner/rehearsal_text.h"
#include "scanner/rule_options.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;

void add_rehearse_options(po::options_description& options) {
  add_estate_options(options, "scans and captures to rest on");
  options.add_options()  //
      ("format", po::value<std::string>()->default_value("text")->value_name("F"), "text, json or csv: a row a state");
  options.add_options()  //
      ("catalogue", po::value<std::string>()->value_name("DIR"), "more products, or other files for the built-in ones");
}

// Where the site file is given the database takes its facts; else it is only read.
Result<std::string> facts_run_of(const Values& values, const upgrade::Catalogue& catalogue, db::Database& database,
                                 Console& console) {
  const auto declared = declared_by(values, catalogue, console);
  if (!declared) return tl::unexpected<Error>(declared.error());
  if (!*declared) return run_with_facts(database);
  auto run = begin_run(database, "rehearse", **declared);
  if (!run) return tl::unexpected<Error>(run.error());
  if (auto finished = run->finish(db::RunStatus::done); !finished) return tl::unexpected<Error>(finished.error());
  return run->run_id();
}

rehearsal::Programme rehearse(const forecast::Estate& estate, const forecast::States& states, Console& console) {
  const forecast::Hops hops(estate);
  ProgressLine progress(console);
  return rehearsal::rehearse_all(estate, states, hops, [&](std::size_t done, std::size_t of, std::size_t acts) {
    progress.update(done, of, "kinds of hops", fmt::format("{} states performed", acts));
  });
}

Result<ExitCode> run_rehearse_command(const Values& values, Console& console) {
  using Write = void (*)(const rehearsal::Programme&, Console&);
  struct Format {
    std::string_view name;
    Write write;
  };
  constexpr Format kFormats[] = {
      {"text",
       [](const rehearsal::Programme& told, Console& to) {
         write_rehearsal(told, to.out, static_cast<std::size_t>(std::clamp(to.columns, 60, 200)));
       }},
      {"json", [](const rehearsal::Programme& told, Console& to) { write_rehearsal_json(told, to.out); }},
      {"csv", [](const rehearsal::Programme& told, Console& to) { write_rehearsal_csv(told, to.out); }},
  };
  const auto& wanted = values["format"].as<std::string>();
  const auto* const format = std::ranges::find(kFormats, wanted, &Format::name);
  if (format == std::end(kFormats)) {
    return fail(ErrorCode::invalid_input, fmt::format("--format {}: choose from text, json, csv", wanted));
  }
  const auto suppositions = suppositions_of(values);
  if (!suppositions) return tl::unexpected<Error>(suppositions.error());
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  const auto mode = values.count("site") > 0 ? db::OpenMode::write : db::OpenMode::read;
  auto database = db::Database::open(values["db"].as<std::string>(), mode);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto facts_run = facts_run_of(values, *catalogue, *database, console);
  if (!facts_run) return tl::unexpected<Error>(facts_run.error());
  const auto estate = estate_of(*database, *facts_run, *catalogue, *suppositions);
  if (!estate) return tl::unexpected<Error>(estate.error());
  std::vector<std::string> notes;
  const auto course = forecast::course_of(*estate, *suppositions, notes);
  if (!course) return tl::unexpected<Error>(course.error());

  const rehearsal::Programme programme = rehearse(*estate, course->states, console);
  for (const std::string& note : notes) console.err << "ucready: " << printable(note) << '\n';
  format->write(programme, console);
  if (programme.acts.empty()) {
    console.err << "ucready: no hop with TLS could be rehearsed; declare hops in the site file or read a capture\n";
  }
  return exit_code_of(programme);
}

}  // namespace

extern const Command kRehearseCommand;
const Command kRehearseCommand = {
    .name = "rehearse",
    .summary = "perform the plan's handshakes in memory with OpenSSL, and say where the forecast errs",
    .usage = "[--site FILE] [--db FILE] [--set CLUSTER.SETTING=VALUE]... [options]",
    .examples =
        "  ucready rehearse --site hq.yaml --db hq.db\n"
        "  ucready rehearse --db hq.db                         # the newest scan's or plan's site; writes nothing\n"
        "  ucready rehearse --db hq.db --set hq-cucm.tls_min=TLSv1.3\n"
        "  ucready rehearse --db hq.db --format csv > rehearsal.csv\n"
        "Exit code 4: forecast and rehearsal disagree; both sides are shown in full.\n",
    .positional = "",
    .add_options = add_rehearse_options,
    .run = run_rehearse_command,
};

}  // namespace ucready::scanner
