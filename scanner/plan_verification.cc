#include "scanner/plan_verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/words.h"
#include "report/verification.h"
#include "scanner/rule_options.h"
#include "scanner/site_file.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using forecast::Verified;

// The site whose plan is meant; empty: the newest of any.
Result<std::string> site_of(const po::variables_map& values) {
  if (values.count("site") == 0) return std::string();
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  const auto site = read_site_file(values["site"].as<std::string>(), *catalogue);
  if (!site) return tl::unexpected<Error>(site.error());
  return site->name;
}

Result<void> check_options(const po::variables_map& values) {
  for (const char* other : {"set", "order"}) {
    if (values.count(other) > 0) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("--{} supposes something, and --verify asks what was kept: leave one out", other));
    }
  }
  const std::string format = values["format"].as<std::string>();
  constexpr std::string_view kFormats[] = {"text", "json", "csv"};
  if (std::ranges::find(kFormats, format) == std::end(kFormats)) {
    return fail(ErrorCode::invalid_input, fmt::format("--verify --format {}: choose from text, json, csv", format));
  }
  return {};
}

Result<int> wave_said(const po::variables_map& values, const db::KeptPlan& plan) {
  if (values.count("wave") == 0) return -1;
  const int wave = values["wave"].as<int>();
  const int last = forecast::last_wave(plan);
  if (wave < 0 || wave > last) {
    return fail(ErrorCode::invalid_input,
                fmt::format("--wave {}: the plan of {} has waves 0 to {}", wave, plan.plan.began, last));
  }
  return wave;
}

Result<forecast::WaveDone> wave_done(const po::variables_map& values, const db::Database& database,
                                     const db::KeptPlan& plan) {
  const auto said = wave_said(values, plan);
  if (!said) return tl::unexpected<Error>(said.error());
  auto before = db::stand_told(database, plan.plan.run_id);
  if (before && plan.scan_before) {
    auto scanned = db::stand_told(database, *plan.scan_before);
    if (!scanned) return tl::unexpected<Error>(scanned.error());
    before->accepted = std::move(scanned->accepted);
    if (before->settings.empty()) before->settings = std::move(scanned->settings);
  }
  if (!before) return tl::unexpected<Error>(before.error());
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  std::vector<forecast::LaterRun> later;
  for (const db::RunTold& run : plan.later) {
    auto stand = db::stand_told(database, run.run_id);
    if (!stand) return tl::unexpected<Error>(stand.error());
    forecast::spell_as_planned(plan, *catalogue, *stand);
    later.push_back({run, std::move(*stand)});
  }
  return forecast::find_wave_done(plan, *before, later, *said);
}

Result<forecast::Verification> verification(const db::Database& database, const db::KeptPlan& plan,
                                            const forecast::WaveDone& done) {
  const auto hops = db::hops_after_wave(database, plan.plan.run_id, done.wave);
  if (!hops) return tl::unexpected<Error>(hops.error());
  std::vector<db::ScannedListener> scanned;
  if (!done.scan.empty()) {
    auto listeners = db::scanned_listeners(database, done.scan);
    if (!listeners) return tl::unexpected<Error>(listeners.error());
    scanned = std::move(*listeners);
  }
  const auto captured = db::captured_handshakes(database, plan, done.since);
  if (!captured) return tl::unexpected<Error>(captured.error());
  return forecast::verify(*hops, scanned, *captured);
}

// What was seen to fail weighs as a hop that breaks; what a scan shows of a listener, less.
db::FindingCounts weigh(const forecast::Verification& verification) {
  db::FindingCounts counts;
  const auto count = [&](Severity severity) { ++counts.by_severity[static_cast<std::size_t>(severity)]; };
  for (const forecast::HopVerdict& hop : verification.hops) {
    if (hop.verified == Verified::worse) count(hop.evidence == "capture" ? Severity::critical : Severity::high);
  }
  for (const forecast::ListenerVerdict& listener : verification.listeners) {
    if (listener.verified == Verified::worse) count(Severity::high);
  }
  return counts;
}

}  // namespace

void add_verify_options(po::options_description& options) {
  options.add_options()  //
      ("verify",
       "make no plan: compare the kept one with scans and captures that are newer (text, json or csv)")  //
      ("wave", po::value<int>()->value_name("N"),
       "with --verify: the wave that was done last, where the evidence does not tell it; 0 is today");
}

Result<ExitCode> verify_plan(const po::variables_map& values, Console& console) {
  if (auto sound = check_options(values); !sound) return tl::unexpected<Error>(sound.error());
  const auto judge = read_judge_options(values);
  if (!judge) return tl::unexpected<Error>(judge.error());
  const auto site = site_of(values);
  if (!site) return tl::unexpected<Error>(site.error());
  const std::string file = values["db"].as<std::string>();
  const auto database = db::Database::open(file, db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto plan = db::kept_plan(*database, *site);
  if (!plan) return tl::unexpected<Error>(plan.error());
  if (!*plan) {
    return fail(
        ErrorCode::invalid_input,
        fmt::format("{}: holds no plan{}; make one with 'ucready plan --site FILE --db {}' before the first wave", file,
                    site->empty() ? "" : " of site " + *site, file));
  }
  const auto done = wave_done(values, *database, **plan);
  if (!done) return tl::unexpected<Error>(done.error());
  const auto verified = verification(*database, **plan, *done);
  if (!verified) return tl::unexpected<Error>(verified.error());

  const report::WaveReport report{**plan, *done, *verified};
  const std::string format = values["format"].as<std::string>();
  if (format == "json") {
    report::write_verification_json(report, console.out);
  } else if (format == "csv") {
    report::write_verification_csv(report, console.out);
  } else {
    report::write_verification_text(report, static_cast<std::size_t>(std::clamp(console.columns, 60, 200)),
                                    console.out);
  }
  const bool learned = std::ranges::any_of(
      verified->hops, [](const forecast::HopVerdict& hop) { return hop.verified != Verified::not_seen; });
  const bool listeners = std::ranges::any_of(verified->listeners, [](const forecast::ListenerVerdict& listener) {
    return listener.verified != Verified::not_seen;
  });
  if (!learned && !listeners) {
    console.err << "ucready: nothing seen since the plan tells of its hops; scan with 'ucready scan --site FILE --db "
                << file << "', capture with 'ucready capture'\n";
    return ExitCode::partly;
  }
  return judge->fails(weigh(*verified)) ? ExitCode::findings : ExitCode::done;
}

}  // namespace ucready::scanner
