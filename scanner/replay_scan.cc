#include "scanner/replay_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "core/printable.h"
#include "db/runs.h"
#include "report/answer_table.h"
#include "scanner/client_word.h"
#include "scanner/estate_request.h"
#include "scanner/progress.h"
#include "scanner/recorder.h"
#include "scanner/replay_targets.h"
#include "scanner/scan_request.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;
using Words = std::vector<std::string>;

struct Replay {
  std::string client;
  std::filesystem::path database;
  SiteRun site;
  probes::ScanOptions options;
  ReplayTargets asked;
  bool of_the_site = false;  // Its own servers are asked, with what a capture saw it send: what a plan looks at.
};

Result<void> check_options(const Values& values) {
  const auto refuse = [](const char* option, const char* why) {
    return fail(ErrorCode::invalid_input, fmt::format("--as with --{}: {}; leave one of them out", option, why));
  };
  if (const auto client = read_client_word(values["as"].as<std::string>(), "--as"); !client) {
    return tl::unexpected<Error>(client.error());
  }
  if (values.count("product") > 0 && values.count("target") == 0) {
    return refuse("product", "it says what TARGETs are, and none is given");
  }
  if (!values["depth"].defaulted()) return refuse("depth", "the client's own hellos are all that is asked");
  if (values["legacy"].as<bool>()) return refuse("legacy", "the client's own hellos are all that is asked");
  if (values["resume"].as<bool>()) return refuse("resume", "such a run is short and begins anew");
  if (values["trust-lists"].as<bool>()) return refuse("trust-lists", "nothing but the hellos is sent");
  if (values.count("client-cert") > 0) return refuse("client-cert", "no handshake is finished");
  if (values.count("client-key") > 0) return refuse("client-key", "no handshake is finished");
  if (values.count("fail-on") > 0) return refuse("fail-on", "it finds nothing; 'ucready plan' judges what it saw");
  return {};
}

// What is known of the site: from its file where one is given, else from the newest run that was told; and the hops
// that the newest capture saw.
Result<db::EstateRows> rows_of(const db::Database& database, const Values& values, const SiteRun& site) {
  const bool told = values.count("site") > 0;
  std::optional<std::string> run;
  if (!told) {
    const auto newest = db::newest_run_with_facts(database);
    if (!newest) return tl::unexpected<Error>(newest.error());
    run = *newest;
  }
  if (!run) {
    const auto newest = db::newest_run(database, "capture", site.site);
    if (!newest) return tl::unexpected<Error>(newest.error());
    run = *newest;
  }
  db::EstateRows rows;
  if (run) {
    auto known = db::estate_rows(database, *run);
    if (!known) return known;
    rows = std::move(*known);
  }
  if (!told) return rows;
  rows.site = site.site;
  rows.facts = site.facts;
  std::erase_if(rows.hops, [](const db::DeclaredHop& hop) { return hop.source != "observed"; });
  rows.hops.insert(rows.hops.begin(), site.hops.begin(), site.hops.end());
  return rows;
}

Result<const upgrade::Product*> product_of(const Values& values, const upgrade::Catalogue& catalogue) {
  if (values.count("product") == 0) return nullptr;
  const auto& id = values["product"].as<std::string>();
  if (const upgrade::Product* const product = catalogue.find(id)) return product;
  return fail(ErrorCode::invalid_input,
              fmt::format("--product {}: no such product; 'ucready catalogue' lists them", id));
}

Error nothing_to_ask(const Replay& replay, const db::RecordedOffers& recorded, const std::string& advice) {
  const std::string client = printable(replay.client, 200);
  if (recorded.offers.empty()) {
    return {ErrorCode::invalid_input,
            fmt::format("--as {}: {} holds no offer of it; {}", client, replay.database.string(), advice)};
  }
  if (replay.asked.hops == 0) {
    return {ErrorCode::invalid_input,
            fmt::format("--as {}: its offers are known, but no hop of it; declare hops in the site file and give it "
                        "with --site, or name the server to ask: ucready scan --as {} HOST:PORT",
                        client, client)};
  }
  return {ErrorCode::invalid_input,
          fmt::format("--as {}: none of its hops can be asked: {}; {}", client,
                      replay.asked.left_out.empty() ? "no offer fits" : printable(replay.asked.left_out.front(), 400),
                      advice)};
}

Result<Replay> read_replay(const Values& values, const db::Database& database, Console& console) {
  Replay replay;
  replay.client = values["as"].as<std::string>();
  replay.database = values["db"].as<std::string>();
  const auto options = read_scan_options(values);
  if (!options) return tl::unexpected<Error>(options.error());
  replay.options = *options;
  const auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  auto declared = declared_by(values, *catalogue, console);
  if (!declared) return tl::unexpected<Error>(declared.error());
  if (*declared) replay.site = std::move(**declared);

  auto rows = rows_of(database, values, replay.site);
  if (!rows) return tl::unexpected<Error>(rows.error());
  replay.site.site = rows->site;
  const forecast::Estate estate(*catalogue, std::move(*rows), {}, now());
  const forecast::Hops hops(estate);
  const db::ClientName client = db::read_client_name(replay.client);
  const auto recorded = db::recorded_offers(database, replay.site.site, client);
  if (!recorded) return tl::unexpected<Error>(recorded.error());
  if (values.count("target") > 0 && !recorded->offers.empty()) {
    const auto product = product_of(values, *catalogue);
    if (!product) return tl::unexpected<Error>(product.error());
    auto asked = targets_of_words(values["target"].as<Words>(), *product, *catalogue, *recorded);
    if (!asked) return tl::unexpected<Error>(asked.error());
    replay.asked = std::move(*asked);
  } else {
    replay.asked = targets_of_hops(estate, hops, client, *recorded);
    replay.of_the_site = recorded->kind == "capture";
  }
  if (replay.asked.targets.empty()) {
    return tl::unexpected<Error>(nothing_to_ask(replay, *recorded, capture_advice(estate, hops, client)));
  }
  return replay;
}

void tell_what_is_left_out(const ReplayTargets& asked, std::ostream& err) {
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(asked.left_out.size(), kMost); ++i) {
    err << "ucready: left out: " << printable(asked.left_out[i]) << '\n';
  }
  if (asked.left_out.size() > kMost) err << fmt::format("ucready: left out: {} more\n", asked.left_out.size() - kMost);
}

void print_dry_run(const Replay& replay, std::ostream& out) {
  constexpr double kBytesOfAnswer = 3000;
  constexpr double kSecondsPerConnection = 0.12;  // Three round trips of 40 ms.
  double bytes = 0;
  double busiest = 0;
  std::map<std::string, double> by_host;
  for (const probes::Target& target : replay.asked.targets) {
    const auto count = static_cast<double>(target.offers->size());
    for (const probes::RecordedOffer& offer : *target.offers) {
      bytes += kBytesOfAnswer + static_cast<double>(offer.hello.recorded.size());
    }
    busiest = std::max(busiest, by_host[target.host] += count);
    const std::string owner = target.node.empty() ? target.cluster : target.cluster + "/" + target.node;
    out << fmt::format("{}{}{}: {}/{}: {} {}\n", printable(owner), owner.empty() ? "" : " ", printable(target.host),
                       target.port, target.protocol, count, count == 1 ? "offer" : "offers");
  }
  const probes::Limits& limits = replay.options.limits;
  const double pace = std::min(limits.rate_per_s, limits.per_host / kSecondsPerConnection);
  out << fmt::format("\n{} interfaces, {} connections, {:.1f} MB, {:.1f} minutes. Nothing was sent.\n",
                     replay.asked.targets.size(), replay.asked.questions(), bytes / 1e6, busiest / pace / 60);
}

probes::TargetSource source_of(const std::vector<probes::Target>& targets) {
  return [&targets, next = std::size_t{0}]() mutable -> std::optional<probes::Target> {
    if (next == targets.size()) return std::nullopt;
    return targets[next++];
  };
}

Result<ExitCode> ask(const Replay& replay, db::Database& database, Console& console) {
  auto run = begin_run(database, "replay", replay.site);
  if (!run) return tl::unexpected<Error>(run.error());
  const std::size_t total = replay.asked.targets.size();
  Result<probes::ScanResult> scanned;
  Result<void> kept;
  {
    ProgressLine line(console);
    Recorder recorder(database, *run, {}, false);
    scanned = probes::run_scan(replay.options, source_of(replay.asked.targets), recorder,
                               [&](const probes::ScanProgress& progress) {
                                 line.update(progress.done, total, "interfaces",
                                             progress.waiting_for_window ? "waiting for the time window" : "");
                               });
    kept = recorder.finish();
  }
  std::optional<Error> trouble;
  if (!scanned) trouble = scanned.error();
  if (!kept) trouble = kept.error();
  const bool interrupted = scanned && scanned->end == probes::ScanEnd::interrupted;
  if (auto ended = run->finish(trouble || interrupted ? db::RunStatus::partial : db::RunStatus::done); !ended) {
    if (!trouble) trouble = ended.error();
  }
  if (auto told = report::write_answer_table(database, run->run_id(), console.out); !told) {
    return tl::unexpected<Error>(told.error());
  }
  console.out << std::flush;
  if (trouble || interrupted) {
    console.err << fmt::format("ucready: {}; {} of {} interfaces are stored\n",
                               trouble ? printable(trouble->message) : "interrupted", run->interfaces_stored(), total);
    return ExitCode::partly;
  }
  const probes::ScanProgress& progress = scanned->progress;
  const auto decided = report::deciding_answers(database, run->run_id());
  if (!decided) return tl::unexpected<Error>(decided.error());
  const bool counts = replay.of_the_site && *decided > 0;
  console.err << fmt::format("{} connections; kept in {} as run {}{}\n", progress.traffic.connections,
                             replay.database.string(), run->run_id(), counts ? "; 'ucready plan' counts with it" : "");
  if (progress.learned > 0) return ExitCode::done;
  console.err
      << "ucready: nothing was learned: no server answered; check names, routes and firewalls from this machine\n";
  return ExitCode::partly;
}

}  // namespace

Result<ExitCode> run_replay_scan(const Values& values, Console& console) {
  const bool dry_run = values["dry-run"].as<bool>();
  if (console.offline && !dry_run) {
    return fail(ErrorCode::invalid_input,
                "--offline forbids every socket and a scan needs them; leave it out, or use --dry-run");
  }
  if (auto fits = check_options(values); !fits) return tl::unexpected<Error>(fits.error());
  auto database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto replay = read_replay(values, *database, console);
  if (!replay) return tl::unexpected<Error>(replay.error());
  tell_what_is_left_out(replay->asked, console.err);
  if (dry_run) {
    print_dry_run(*replay, console.out);
    return ExitCode::done;
  }
  database = db::Database::open(values["db"].as<std::string>(), db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());
  return ask(*replay, *database, console);
}

}  // namespace ucready::scanner
