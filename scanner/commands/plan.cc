// ucready plan: what becomes of every hop today and after every wave, in which order nothing breaks, what to mend
// first.
#include "upgrade/forecast/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/printable.h"
#include "db/estate_lookup.h"
#include "report/format.h"
#include "report/plan.h"
#include "report/plan_svg.h"
#include "scanner/command.h"
#include "scanner/estate_request.h"
#include "scanner/plan_order.h"
#include "scanner/plan_verification.h"
#include "scanner/program.h"
#include "scanner/progress.h"
#include "scanner/rule_options.h"
#include "scanner/site_run.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;

void add_plan_options(po::options_description& options) {
  add_estate_options(options, "scans and captures to rest on; the plan is kept there as a run");
  options.add_options()  //
      ("order", po::value<std::string>()->value_name("FILE"),
       "take the steps in this order (YAML, as under order in the site file) instead of the site's or a computed "
       "one")  //
      ("format", po::value<std::string>()->default_value("text")->value_name("F"),
       "text, or v_forecast as json or csv, or a drawing of hops and waves as svg, or the hops as dot (Graphviz)");
  add_verify_options(options);
  add_rule_options(options);
}

// The plan's own run: of the site file where one is given, else without facts, so that the run that has them stays the
// newest of its kind.
struct Begun {
  db::RunWriter run;
  std::string facts_run;  // Whose facts count.
  std::vector<db::OrderStep> order;
};

Result<Begun> begin(const Values& values, const upgrade::Catalogue& catalogue, db::Database& database,
                    Console& console) {
  auto declared = declared_by(values, catalogue, console);
  if (!declared) return tl::unexpected<Error>(declared.error());
  if (*declared) {
    SiteRun& facts = **declared;
    auto order = order_of_plan(values, clusters_of(facts.facts), catalogue, std::move(facts.order), console);
    if (!order) return tl::unexpected<Error>(order.error());
    facts.order = *order;
    auto run = begin_run(database, "plan", facts);
    if (!run) return tl::unexpected<Error>(run.error());
    std::string id = run->run_id();
    return Begun{std::move(*run), std::move(id), std::move(*order)};
  }
  const auto newest = run_with_facts(database);
  if (!newest) return tl::unexpected<Error>(newest.error());
  auto rows = db::estate_rows(database, *newest);
  if (!rows) return tl::unexpected<Error>(rows.error());
  auto order = order_of_plan(values, clusters_of(rows->facts), catalogue, std::move(rows->order), console);
  if (!order) return tl::unexpected<Error>(order.error());
  auto run = db::RunWriter::begin(database,
                                  {.kind = "plan",
                                   .site = rows->site,
                                   .tool_version = std::string(kVersion),
                                   .arguments = command_line(),
                                   .order = *order},
                                  {});
  if (!run) return tl::unexpected<Error>(run.error());
  return Begun{std::move(*run), *newest, std::move(*order)};
}

Result<void> write(const std::string& format, const db::Database& database, const std::string& run_id,
                   const forecast::Plan& plan, Console& console) {
  if (format == "svg") return report::write_plan_svg(database, run_id, console.out);
  if (format == "dot") return report::write_plan_dot(database, run_id, console.out);
  const auto columns = static_cast<std::size_t>(std::clamp(console.columns, 60, 200));
  if (format == "text") {
    std::vector<std::string> notes;
    for (const std::string& note : plan.notes) notes.push_back(printable(note));
    const auto figures = report::write_plan(database, run_id, plan.without_tls, notes, console.out, columns);
    if (!figures) return tl::unexpected<Error>(figures.error());
    return {};
  }
  report::Selection selection;
  selection.table = "forecast";
  const auto document = report::Document::open(database, selection);
  if (!document) return tl::unexpected<Error>(document.error());
  const auto told = report::write_report(database, *document, *report::find_format(format), {}, console.out);
  if (!told) return tl::unexpected<Error>(told.error());
  return {};
}

// Nothing may look like a plan that is still being made.
tl::unexpected<Error> given_up(db::RunWriter& run, const Error& error) {
  static_cast<void>(run.finish(db::RunStatus::partial));  // The first error is the one to tell.
  return tl::unexpected<Error>(error);
}

Result<ExitCode> run_plan_command(const Values& values, Console& console) {
  if (values.count("verify") > 0) return verify_plan(values, console);
  if (values.count("wave") > 0) return fail(ErrorCode::invalid_input, "--wave belongs to --verify; add it");
  const std::string format = values["format"].as<std::string>();
  constexpr std::string_view kFormats[] = {"text", "json", "csv", "dot", "svg"};
  if (std::ranges::find(kFormats, format) == std::end(kFormats)) {
    return fail(ErrorCode::invalid_input, fmt::format("--format {}: choose from text, json, csv, dot, svg", format));
  }
  const auto suppositions = suppositions_of(values);
  if (!suppositions) return tl::unexpected<Error>(suppositions.error());
  const auto judge = read_judge_options(values);
  if (!judge) return tl::unexpected<Error>(judge.error());
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  auto database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());

  auto begun = begin(values, *catalogue, *database, console);
  if (!begun) return tl::unexpected<Error>(begun.error());
  auto estate = estate_of(*database, begun->facts_run, *catalogue, *suppositions, &begun->order);
  if (!estate) return given_up(begun->run, estate.error());

  auto plan = [&] {
    ProgressLine progress(console);
    return forecast::make_plan(*estate, *suppositions, [&](std::size_t done, std::size_t of) {
      constexpr std::size_t kSeldom = 64;
      if (done % kSeldom == 0) progress.update(done, of, "kinds of hops", "");
    });
  }();
  if (!plan) return given_up(begun->run, plan.error());
  const std::string& run_id = begun->run.run_id();
  if (auto kept = db::put_forecast(*database, run_id, plan->rows); !kept) return given_up(begun->run, kept.error());
  const auto findings = db::run_rules(*database, run_id, judge->rules);
  if (!findings) return given_up(begun->run, findings.error());
  const bool wholly = judged_wholly(*findings, console.err);
  if (auto finished = begun->run.finish(wholly ? db::RunStatus::done : db::RunStatus::partial); !finished)
    return given_up(begun->run, finished.error());
  if (auto told = write(format, *database, run_id, *plan, console); !told) return tl::unexpected<Error>(told.error());
  console.err << fmt::format("kept in {} as run {}; 'ucready report --db {} --table forecast' has every hop and wave\n",
                             values["db"].as<std::string>(), run_id, values["db"].as<std::string>());
  if (plan->rows.hops == 0) {
    console.err << "ucready: no hop with TLS is known; declare hops in the site file or read a capture\n";
    return ExitCode::partly;
  }
  if (!wholly) return ExitCode::partly;
  return judge->fails(*findings) ? ExitCode::findings : ExitCode::done;
}

}  // namespace

extern const Command kPlanCommand;
const Command kPlanCommand = {
    .name = "plan",
    .summary = "forecast every hop today and after every wave, find an order, say what to mend first",
    .usage =
        "[--site FILE] [--db FILE] [--order FILE] [--set CLUSTER.SETTING=VALUE]... [--verify [--wave N]] [options]",
    .examples =
        "  ucready plan --site hq.yaml --db hq.db\n"
        "  ucready plan --db hq.db --set hq-cucm.certificate_preference=tls13-signature-algorithms\n"
        "  ucready plan --site hq.yaml --set hq-cucm.tls_min=TLSv1.3\n"
        "  ucready plan --db hq.db --order other-order.yaml\n"
        "  ucready plan --site hq.yaml --db hq.db --format csv > forecast.csv\n"
        "  ucready plan --site hq.yaml --db hq.db --format svg > plan.svg\n"
        "  ucready plan --site hq.yaml --db hq.db --format dot | dot -Tsvg > hops.svg\n"
        "  ucready plan --db hq.db --verify                       # after a wave, a new scan and a new capture\n",
    .positional = "",
    .add_options = add_plan_options,
    .run = run_plan_command,
};

}  // namespace ucready::scanner
