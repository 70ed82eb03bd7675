// ucready capture: reads captures or an interface, keeps who offered what and who answered what, judges it.
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>

#include "core/printable.h"
#include "report/hops.h"
#include "scanner/capture_files.h"
#include "scanner/capture_recorder.h"
#include "scanner/command.h"
#include "scanner/interruption.h"
#include "scanner/progress.h"
#include "scanner/rule_options.h"
#include "scanner/site_run.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;

constexpr std::size_t kMostKeyLogBytes = 64U << 20;
constexpr std::size_t kHopsShown = 40;

void add_capture_options(po::options_description& options) {
  options.add_options()  //
      ("read,r", po::value<std::vector<std::string>>()->multitoken()->value_name("FILE..."),
       "captures (pcap, pcapng, .gz, .zst), folders of them, - for standard input")                               //
      ("interface,i", po::value<std::string>()->value_name("IFACE"), "listen here instead")                       //
      ("duration", po::value<double>()->value_name("S"), "seconds to listen; without it until Ctrl-C")            //
      ("site", po::value<std::string>()->value_name("FILE"), "site file: addresses become clusters and nodes")    //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "where the run is kept")  //
      ("filter", po::value<std::string>()->value_name("BPF"), "only these packets, as tcpdump writes filters")    //
      ("keylog", po::value<std::string>()->value_name("FILE"),
       "TLS secrets in the NSS key log format: TLS 1.3 certificates and alerts are then read, not inferred")  //
      ("write-sanitised", po::value<std::string>()->value_name("FILE"), "a pcap of the handshakes alone")     //
      ("pseudonyms", po::bool_switch(), "with --write-sanitised: other addresses, the same for the same");
  add_rule_options(options);
}

Result<std::string> read_key_log(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::invalid_input, path + ": cannot be read; give a key log file");
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.size() > kMostKeyLogBytes) return fail(ErrorCode::invalid_input, path + ": is larger than 64 MB");
  return text;
}

// Neither what is read nor the database may become the sanitised capture: it replaces what stands under its name.
Result<void> check_sanitised(const Values& values, const std::vector<std::string>& captures) {
  const auto& path = values["write-sanitised"].as<std::string>();
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorCode::invalid_input,
                fmt::format("--write-sanitised {}: is there already and is no regular file", path));
  }
  const auto differs = [&](const std::string& other, std::string_view what) -> Result<void> {
    const bool same =
        std::filesystem::weakly_canonical(path, ignored) == std::filesystem::weakly_canonical(other, ignored);
    if (!same && !std::filesystem::equivalent(path, other, ignored)) return {};
    return fail(ErrorCode::invalid_input, fmt::format("--write-sanitised {} is {}; name another file", path, what));
  };
  for (const std::string& capture : captures) {
    if (auto checked = differs(capture, "read by -r"); !checked) return checked;
  }
  constexpr std::pair<const char*, const char*> kFiles[] = {
      {"db", "the database"}, {"site", "the site file"}, {"keylog", "the key log"}};
  for (const auto& [option, what] : kFiles) {
    if (values.count(option) == 0) continue;
    if (auto checked = differs(values[option].as<std::string>(), what); !checked) return checked;
  }
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    if (auto checked = differs(values["db"].as<std::string>() + suffix, "the database's"); !checked) return checked;
  }
  return {};
}

struct Request {
  passive::CaptureRequest capture;
  std::vector<std::string> left_out;
  std::optional<upgrade::Catalogue> catalogue;
  std::optional<Site> site;
  JudgeOptions judge;
  std::string database;
  std::string sanitised;
  bool pseudonyms = false;
};

Result<void> read_site(const Values& values, Request& request) {
  if (values.count("site") == 0) return {};
  auto catalogue = read_catalogue(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  request.catalogue = std::move(*catalogue);
  auto site = read_site_file(values["site"].as<std::string>(), *request.catalogue);
  if (!site) return tl::unexpected<Error>(site.error());
  request.site = std::move(*site);
  return {};
}

Result<void> read_source(const Values& values, Request& request) {
  const bool files = values.count("read") > 0, live = values.count("interface") > 0;
  if (files == live) {
    return fail(ErrorCode::invalid_input,
                files ? "-r and -i exclude each other; give one of them" : "nothing to read; give -r FILE or -i IFACE");
  }
  if (values.count("duration") > 0) {
    const double seconds = values["duration"].as<double>();
    if (!live) return fail(ErrorCode::invalid_input, "--duration goes with -i; files have their own length");
    if (!(seconds >= 1 && seconds <= 31'536'000)) {
      return fail(ErrorCode::invalid_input, "--duration: out of range; give 1 to 31536000 seconds");
    }
    request.capture.duration = std::chrono::seconds(static_cast<std::int64_t>(seconds));
  }
  if (live) {
    request.capture.interface = values["interface"].as<std::string>();
    return {};
  }
  auto found = capture_files(values["read"].as<std::vector<std::string>>());
  if (!found) return tl::unexpected<Error>(found.error());
  request.capture.files = std::move(found->files);
  request.left_out = std::move(found->left_out);
  return {};
}

Result<Request> read_request(const Values& values) {
  Request request;
  request.database = values["db"].as<std::string>();
  request.pseudonyms = values["pseudonyms"].as<bool>();
  if (values.count("filter") > 0) request.capture.filter = values["filter"].as<std::string>();
  if (values.count("write-sanitised") > 0) request.sanitised = values["write-sanitised"].as<std::string>();
  if (request.pseudonyms && request.sanitised.empty()) {
    return fail(ErrorCode::invalid_input, "--pseudonyms goes with --write-sanitised FILE");
  }
  if (auto source = read_source(values, request); !source) return tl::unexpected<Error>(source.error());
  if (!request.sanitised.empty()) {
    if (auto checked = check_sanitised(values, request.capture.files); !checked) {
      return tl::unexpected<Error>(checked.error());
    }
  }
  if (auto site = read_site(values, request); !site) return tl::unexpected<Error>(site.error());
  auto judge = read_judge_options(values);
  if (!judge) return tl::unexpected<Error>(judge.error());
  request.judge = std::move(*judge);
  if (values.count("keylog") > 0) {
    auto secrets = read_key_log(values["keylog"].as<std::string>());
    if (!secrets) return tl::unexpected<Error>(secrets.error());
    request.capture.key_log = std::move(*secrets);
  }
  return request;
}

std::string progress_details(const passive::CaptureProgress& progress) {
  return fmt::format("{} packets, {} sessions", progress.packets, progress.sessions);
}

// What of the capture is missing in the database, one clause each.
std::vector<std::string> shortfalls(const passive::CaptureResult& result) {
  std::vector<std::string> texts = result.faults;
  if (result.more_faults > 0) texts.push_back(fmt::format("and {} more faults", result.more_faults));
  for (const auto& [type, packets] : result.unknown_link_types) {
    texts.push_back(fmt::format("{} packets are of link type {}, which is not read", packets, type));
  }
  if (result.dropped_by_kernel > 0) {
    texts.push_back(fmt::format("the kernel dropped {} packets; a narrower --filter helps", result.dropped_by_kernel));
  }
  if (result.interrupted) texts.emplace_back("interrupted");
  return texts;
}

std::string losses(const passive::CaptureResult& result, const CaptureRecorder::Skipped& skipped,
                   std::uint64_t not_sanitised) {
  const passive::FlowCounts& flows = result.flows;
  std::string text;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(result.malformed, "malformed packets");
  add(result.fragments_dropped, "IP fragments dropped");
  add(flows.lost_places, "places in streams where bytes are missing");
  add(flows.dropped_segments, "segments dropped");
  add(flows.evicted_flows, "handshakes given up for want of room");
  add(flows.overtaken_flows, "handshakes cut off where the time of the packets leaps");
  add(skipped.handshakes, "failed handshakes whose bytes found no room");
  add(skipped.servers, "sessions of servers beyond the first 10000, whose certificates are not judged");
  add(skipped.chains, "sessions with a chain beyond the first 32 of its server, which are not judged");
  add(not_sanitised, "handshakes left out of the sanitised capture for want of room");
  return text;
}

// Of a network interface it is always said, for without it nobody knows whether all was seen.
std::string dropped_text(const passive::CaptureResult& result) {
  return result.dropped_by_kernel == 0 ? " (none dropped by the kernel)"
                                       : fmt::format(" ({} dropped by the kernel)", result.dropped_by_kernel);
}

Result<void> tell(const db::Database& database, const passive::CaptureResult& result, const std::string& lost,
                  bool live, Console& console) {
  const auto hops = report::seen_hops(database, kHopsShown);
  if (!hops) return tl::unexpected<Error>(hops.error());
  console.out << fmt::format("{} packets{}, {} TLS connections: {} with a hello, {} that began before\n\n",
                             result.packets, live ? dropped_text(result) : "",
                             result.flows.sessions + result.flows.midstream, result.flows.sessions,
                             result.flows.midstream);
  for (const report::HopAccount& hop : hops->first) console.out << printable(report::sentence(hop)) << '\n';
  if (hops->total > kHopsShown)
    console.out << fmt::format("... and {} more: 'ucready hops'\n", hops->total - kHopsShown);
  if (!lost.empty()) console.out << fmt::format("\nincomplete: {}\n", lost);
  return {};
}

Result<ExitCode> capture(Request& request, Console& console) {
  const bool live = !request.capture.interface.empty();
  auto input = passive::CaptureInput::open(std::move(request.capture));
  if (!input) return tl::unexpected<Error>(input.error());
  Result<SiteRun> site;
  std::optional<SiteMap> map;
  if (request.site) {
    site = site_run_of(*request.site, *request.catalogue);
    if (!site) return tl::unexpected<Error>(site.error());
    for (const std::string& note : site->trust.notes) console.err << "ucready: " << note << '\n';
    map.emplace(*request.site, *request.catalogue);
  }
  auto database = db::Database::open(request.database, db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());
  std::unique_ptr<passive::SanitisedCapture> sanitised;
  if (!request.sanitised.empty()) {
    auto made = passive::SanitisedCapture::create(request.sanitised, request.pseudonyms);
    if (!made) return tl::unexpected<Error>(made.error());
    sanitised = std::move(*made);
  }
  auto run = begin_run(*database, "capture", *site);
  if (!run) return tl::unexpected<Error>(run.error());

  const auto partly = [&](std::string_view why) {
    (void)run->finish(db::RunStatus::partial);
    console.err << fmt::format("ucready: {}; what was seen is stored in {}\n", printable(why), request.database);
    return ExitCode::partly;
  };
  CaptureRecorder recorder(*run, site->site, map ? &*map : nullptr, sanitised.get());
  Result<passive::CaptureResult> result;
  {
    ProgressLine line(console);
    const Interruption interruption;
    result = passive::run_capture(*input, recorder, [&](const passive::CaptureProgress& progress) {
      line.update(progress.bytes, progress.size, "bytes", progress_details(progress));
      return !interruption.requested();
    });
  }
  if (!result) return partly(result.error().message);
  if (auto kept = recorder.finish(); !kept) return partly(kept.error().message);
  if (sanitised) {
    if (auto written = sanitised->finish(); !written) return partly(written.error().message);
  }
  const auto findings = db::run_rules(*database, run->run_id(), request.judge.rules);
  if (!findings) return partly(findings.error().message);
  const std::vector<std::string> missing = shortfalls(*result);
  const bool nothing = result->flows.sessions == 0 && result->flows.midstream == 0;
  const bool wholly = judged_wholly(*findings, console.err);
  const auto status = missing.empty() && wholly ? db::RunStatus::done : db::RunStatus::partial;
  if (auto finished = run->finish(status); !finished) return partly(finished.error().message);
  const std::uint64_t not_sanitised = sanitised ? sanitised->left_out() : 0;
  const std::string lost = losses(*result, recorder.skipped(), not_sanitised);
  if (auto told = tell(*database, *result, lost, live, console); !told) return tl::unexpected<Error>(told.error());
  console.out << fmt::format("\nfindings: {}\n", counts_text(*findings)) << std::flush;
  console.err << fmt::format("kept in {} as run {}; 'ucready report --db {}' tells the findings\n", request.database,
                             run->run_id(), request.database);
  for (const std::string& text : missing) console.err << "ucready: " << printable(text) << '\n';
  if (nothing) console.err << "ucready: no TLS was found in it\n";
  if (not_sanitised > 0) {
    console.err << fmt::format("ucready: {} lacks {} handshakes; read fewer files at once, or give a --filter\n",
                               printable(request.sanitised), not_sanitised);
  }
  if (!missing.empty() || nothing || not_sanitised > 0 || !wholly) return ExitCode::partly;
  return request.judge.fails(*findings) ? ExitCode::findings : ExitCode::done;
}

Result<ExitCode> run_capture_command(const Values& values, Console& console) {
  auto request = read_request(values);
  if (!request) return tl::unexpected<Error>(request.error());
  if (console.offline && !request->capture.interface.empty()) {
    return fail(ErrorCode::invalid_input, "--offline forbids every socket and -i needs one; read a file with -r");
  }
  if (request->site) {
    for (const std::string& warning : request->site->warnings) console.err << "ucready: " << printable(warning) << '\n';
  }
  for (const std::string& left_out : request->left_out)
    console.err << "ucready: left out: " << printable(left_out) << '\n';
  return capture(*request, console);
}

}  // namespace

extern const Command kCaptureCommand;
const Command kCaptureCommand = {
    .name = "capture",
    .summary = "read captures, or listen: who offers what, who answers what, which handshake failed why",
    .usage = "(-r FILE... | -i IFACE [--duration S]) [--site FILE] [options]",
    .examples =
        "  ucready capture -r hq.pcapng --site hq.yaml --db hq.db\n"
        "  ucready capture -r ring/ --filter 'tcp port 5061'\n"
        "  zcat trace.pcap.gz | ucready capture -r -\n"
        "  ucready capture -i eth1 --duration 3600 --site hq.yaml --db hq.db\n"
        "  ucready capture -r lab.pcap --keylog keys.txt\n"
        "  ucready capture -r hq.pcap --write-sanitised to-send.pcap --pseudonyms\n",
    .positional = "",
    .add_options = add_capture_options,
    .run = run_capture_command,
};

}  // namespace ucready::scanner
