// ucready scan: asks every interface, keeps what it saw, judges it, prints a table.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "core/printable.h"
#include "report/plural.h"
#include "report/scan_gaps.h"
#include "report/scan_table.h"
#include "scanner/command.h"
#include "scanner/dry_run.h"
#include "scanner/fetched_trust.h"
#include "scanner/identified_facts.h"
#include "scanner/program.h"
#include "scanner/progress.h"
#include "scanner/recorder.h"
#include "scanner/replay_scan.h"
#include "scanner/scan_request.h"

namespace ucready::scanner {
namespace {

// Each connection is a descriptor; the default soft limit of 1024 is too near to 500 connections and what else is open.
void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 16'384);
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<db::RunWriter> open_run(db::Database& database, const ScanRequest& request) {
  if (request.resume) return db::RunWriter::resume(database, "scan", request.site.site);
  return begin_run(database, "scan", request.site);
}

// Leaves out what a resumed run holds already. A node's interface is known by its name even where its address was one.
probes::TargetSource without_seen(probes::TargetSource targets, const std::set<db::InterfaceKey>& seen) {
  std::set<db::InterfaceKey> nodes;
  for (db::InterfaceKey key : seen) {
    if (!key.node.empty()) key.address.clear();
    nodes.insert(std::move(key));
  }
  return [targets = std::move(targets), nodes = std::move(nodes)]() -> std::optional<probes::Target> {
    while (auto target = targets()) {
      db::InterfaceKey key{target->site, target->cluster, target->node, "", target->port, target->protocol};
      if (key.node.empty()) key.address = target->host;
      if (!nodes.contains(key)) return target;
    }
    return std::nullopt;
  };
}

std::string progress_details(const probes::ScanProgress& progress, Recorder& recorder) {
  if (progress.waiting_for_window) return "waiting for the time window";
  const auto findings = recorder.findings_so_far();
  return findings ? fmt::format("{} findings so far", *findings) : "";
}

// A scan that could not go on: what it has is stored; the message says what is missing.
ExitCode partly(Console& console, std::string_view why, const db::RunWriter& run, std::uint64_t total, bool judged) {
  console.err << fmt::format("ucready: {}; {} of {} interfaces are stored{}, --resume finishes the rest\n",
                             printable(why), run.interfaces_stored(), total, judged ? "" : " without findings");
  return ExitCode::partly;
}

void tell_incomplete_lists(const report::ScanGaps& gaps, std::ostream& err) {
  if (gaps.incomplete == 0) return;
  err << fmt::format("ucready: {} with lists that were not read to their end:\n",
                     report::plural(gaps.incomplete, "interface", "interfaces"));
  for (const std::string& sample : gaps.samples) err << fmt::format("  {}\n", sample);
  if (gaps.incomplete > gaps.samples.size())
    err << fmt::format("  and {} more\n", gaps.incomplete - gaps.samples.size());
}

// Empty where something was learned: which versions an interface negotiates, or that it has no TLS.
std::string_view why_nothing_was_learned(const probes::ScanProgress& progress, const report::ScanGaps& gaps) {
  if (progress.done == 0 || gaps.learned > 0) return "";
  return gaps.fruitless > 0 ? "no interface negotiated anything; the findings say what each refused and what to try"
                            : "no interface answered; check names, routes and firewalls from this machine";
}

// What systems say of themselves, as facts of this run; nothing where that worked.
std::optional<Error> add_what_was_told(const ScanRequest& request, db::Database& database, db::RunWriter& run,
                                       Console& console) {
  if (auto added = add_identified_facts(database, run, request.catalogue); !added) return added.error();
  if (!request.options.probe.trust_lists) return std::nullopt;
  const auto fetched = add_fetched_trust(database, run, request.site.facts, request.catalogue);
  if (!fetched) return fetched.error();
  for (const std::string& note : fetched->notes) console.err << "ucready: " << note << '\n';
  console.err << fmt::format("{} trust lists fetched; {} stores are known by them\n", fetched->lists, fetched->stores);
  return std::nullopt;
}

Result<ExitCode> scan(const ScanRequest& request, Console& console) {
  auto database = db::Database::open(request.database, db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());
  auto run = open_run(*database, request);
  if (!run) return tl::unexpected<Error>(run.error());
  allow_many_descriptors();

  const std::uint64_t total = request.targets.size();
  const std::uint64_t before = run->already_seen().size();
  const probes::TargetSource targets = without_seen(request.targets.source(), run->already_seen());
  probes::ScanOptions options = request.options;
  options.already_seen = [&run](const db::InterfaceKey& key) { return run->already_seen().contains(key); };
  Result<probes::ScanResult> scanned;
  Result<void> kept;
  {
    ProgressLine line(console);
    Recorder recorder(*database, *run, request.judge.rules, line.shown());
    scanned = probes::run_scan(options, targets, recorder, [&](const probes::ScanProgress& progress) {
      line.update(before + progress.done, total, "interfaces", progress_details(progress, recorder));
    });
    kept = recorder.finish();
  }
  std::optional<Error> trouble;
  if (!scanned) trouble = scanned.error();
  if (!kept) trouble = kept.error();
  if (!trouble) trouble = add_what_was_told(request, *database, *run, console);
  // Before it is judged, which may need more room than is left.
  if (trouble) (void)run->finish(db::RunStatus::partial);
  const auto findings = db::run_rules(*database, run->run_id(), request.judge.rules);
  if (!findings && !trouble) trouble = findings.error();
  const bool interrupted = scanned && scanned->end == probes::ScanEnd::interrupted;
  const bool wholly = !findings || judged_wholly(*findings, console.err);
  if (auto finished = run->finish(trouble || interrupted || !wholly ? db::RunStatus::partial : db::RunStatus::done);
      !finished) {
    if (!trouble) trouble = finished.error();
    (void)run->finish(db::RunStatus::partial);
  }
  const int columns = console.out_is_terminal ? console.columns : 0;  // What is kept in a file is kept whole.
  if (auto told = report::write_scan_table(*database, run->run_id(), console.out, columns); !told) {
    return tl::unexpected<Error>(told.error());
  }
  if (findings) console.out << fmt::format("\nfindings: {}\n", counts_text(*findings));
  console.out << std::flush;
  if (trouble) return partly(console, trouble->message, *run, total, findings.has_value());
  const auto gaps = report::find_scan_gaps(*database, run->run_id());
  if (!gaps) return tl::unexpected<Error>(gaps.error());
  tell_incomplete_lists(*gaps, console.err);
  const probes::ScanProgress& progress = scanned->progress;
  console.err << fmt::format(
      "{} connections, {:.1f} MB; kept in {} as run {}; 'ucready report --db {}' tells the findings\n",
      progress.traffic.connections,
      static_cast<double>(progress.traffic.bytes_sent + progress.traffic.bytes_received) / 1e6,
      request.database.string(), run->run_id(), request.database.string());
  if (interrupted) return partly(console, "interrupted", *run, total, true);
  if (const auto why = why_nothing_was_learned(progress, *gaps); !why.empty()) {
    console.err << fmt::format("ucready: nothing was learned: {}\n", why);
    return ExitCode::partly;
  }
  if (!wholly) return ExitCode::partly;
  return request.judge.fails(*findings) ? ExitCode::findings : ExitCode::done;
}

Result<ExitCode> run_scan_command(const boost::program_options::variables_map& values, Console& console) {
  if (values.count("as") > 0) return run_replay_scan(values, console);
  const auto request = read_scan_request(values);
  if (!request) return tl::unexpected<Error>(request.error());
  for (const std::string& warning : request->warnings) console.err << "ucready: " << printable(warning) << '\n';
  for (const std::string& left_out : request->targets.left_out) {
    console.err << "ucready: left out: " << printable(left_out) << '\n';
  }
  if (request->dry_run) {
    print_dry_run(*request, console.out);
    return ExitCode::done;
  }
  if (console.offline)
    return fail(ErrorCode::invalid_input,
                "--offline forbids every socket and a scan needs them; leave it out, or use --dry-run");
  return scan(*request, console);
}

}  // namespace

extern const Command kScanCommand;
const Command kScanCommand = {
    .name = "scan",
    .summary = "ask every interface of a site, or TARGETs, at every TLS version and keep what is seen",
    .usage = "[TARGET...] [--site FILE] [options]",
    .examples =
        "  ucready scan --site hq.yaml --db hq.db\n"
        "  ucready scan --site hq.yaml --dry-run\n"
        "  ucready scan cucm-pub.example.com:8443 imap://cuc.example.com:143\n"
        "  ucready scan 10.0.0.11 --product cucm --depth versions\n"
        "  ucready scan 10.1.0.0/24 --product phone --rate 2\n"
        "  ucready scan 10.0.0.11:443                             # which system is this, and of which release?\n"
        "  ucready scan --site hq.yaml --no-identify\n"
        "  ucready scan --site hq.yaml --db hq.db --trust-lists   # and what phones trust: CTL and ITL\n"
        "  ucready scan --site hq.yaml --db hq.db --window 22:00-05:00 --resume\n"
        "  ucready scan --as hq-expc --db hq.db                   # what do its servers answer to its own hellos?\n"
        "  ucready scan --as hq-expc/expc1 --db hq.db lab-cucm:5061\n",
    .positional = "target",
    .add_options = add_scan_options,
    .run = run_scan_command,
};

}  // namespace ucready::scanner
