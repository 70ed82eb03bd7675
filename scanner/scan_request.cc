#include "scanner/scan_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <cstdlib>

#include "scanner/nothing_to_ask.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;

template <typename Number>
Result<Number> number_between(const Values& values, const char* name, Number least, Number most) {
  const auto value = values[name].as<Number>();
  if (value >= least && value <= most) return value;
  return fail(ErrorCode::invalid_input, fmt::format("--{} {}: out of range; give {} to {}", name, value, least, most));
}

Result<probes::Depth> read_depth(const std::string& text) {
  if (text == "versions") return probes::Depth::versions;
  if (text == "quick") return probes::Depth::quick;
  if (text == "full") return probes::Depth::full;
  return fail(ErrorCode::invalid_input, fmt::format("--depth {}: no such depth; give versions, quick or full", text));
}

}  // namespace

Result<probes::ScanOptions> read_scan_options(const Values& values) {
  probes::ScanOptions options;
  const auto depth = read_depth(values["depth"].as<std::string>());
  const auto concurrency = number_between<int>(values, "concurrency", 1, 10'000);
  const auto per_host = number_between<int>(values, "per-host", 1, 100);
  const auto rate = number_between<double>(values, "rate", 0.01, 1000);
  const auto timeout = number_between<double>(values, "timeout", 0.1, 600);
  if (!depth) return tl::unexpected<Error>(depth.error());
  for (const auto* const limit : {&concurrency, &per_host}) {
    if (!*limit) return tl::unexpected<Error>(limit->error());
  }
  for (const auto* const limit : {&rate, &timeout}) {
    if (!*limit) return tl::unexpected<Error>(limit->error());
  }
  options.probe.depth = *depth;
  options.probe.legacy = values["legacy"].as<bool>() || *depth == probes::Depth::full;
  options.probe.timeout = std::chrono::duration_cast<probes::Clock::duration>(std::chrono::duration<double>(*timeout));
  options.probe.identify = !values["no-identify"].as<bool>();
  options.probe.trust_lists = values["trust-lists"].as<bool>();
  if (values.count("client-cert") > 0) {
    const char* const password = std::getenv("UCREADY_CLIENT_PASSWORD");
    const auto identity =
        probes::ClientIdentity::load(values["client-cert"].as<std::string>(),
                                     values.count("client-key") > 0 ? values["client-key"].as<std::string>() : "",
                                     password == nullptr ? "" : password);
    if (!identity) return tl::unexpected<Error>(identity.error());
    options.probe.identity = *identity;
  } else if (values.count("client-key") > 0) {
    return fail(ErrorCode::invalid_input,
                "--client-key without --client-cert: give the certificate that the key belongs to");
  }
  options.limits.concurrency = *concurrency;
  options.limits.per_host = *per_host;
  options.limits.rate_per_s = *rate;
  if (values.count("window") > 0) {
    const auto window = probes::parse_time_window(values["window"].as<std::string>());
    if (!window) return tl::unexpected<Error>(window.error());
    options.window = *window;
  }
  return options;
}

namespace {

Result<const upgrade::Product*> read_product(const Values& values, const upgrade::Catalogue& catalogue) {
  if (values.count("product") == 0) return nullptr;
  const auto& id = values["product"].as<std::string>();
  if (const upgrade::Product* const product = catalogue.find(id)) return product;
  return fail(ErrorCode::invalid_input,
              fmt::format("--product {}: no such product; 'ucready catalogue' lists them", id));
}

// Reading the catalogue takes as long as probing forty interfaces: a list of PROTOCOL://HOST:PORT does without.
bool spells_out_protocol_and_port(std::string_view word) {
  const std::size_t mark = word.find("://");
  if (mark == std::string_view::npos) return false;
  const std::string_view rest = word.substr(mark + 3);
  return rest.find("]:") != std::string_view::npos || std::ranges::count(rest, ':') == 1;
}

Result<upgrade::Catalogue> catalogue_for_targets(const Values& values) {
  if (values.count("catalogue") == 0 && values.count("site") == 0 && values.count("product") == 0 &&
      values.count("target") > 0) {
    const auto& words = values["target"].as<std::vector<std::string>>();
    if (std::ranges::all_of(words, spells_out_protocol_and_port)) return upgrade::Catalogue();
  }
  return read_catalogue(values);
}

Result<void> read_targets(const Values& values, const upgrade::Catalogue& catalogue, ScanRequest& request) {
  std::string nothing = "nothing to scan; give --site FILE or a TARGET, such as cucm.example.com:8443";
  if (values.count("site") > 0) {
    const auto site = read_site_file(values["site"].as<std::string>(), catalogue);
    if (!site) return tl::unexpected<Error>(site.error());
    auto run = site_run_of(*site, catalogue);
    if (!run) return tl::unexpected<Error>(run.error());
    request.site = std::move(*run);
    request.targets = targets_of(*site, catalogue);
    if (request.targets.groups.empty()) nothing = why_nothing_is_asked(*site, request.targets, catalogue);
    request.warnings = site->warnings;
    const auto& notes = request.site.trust.notes;
    request.warnings.insert(request.warnings.end(), notes.begin(), notes.end());
  }
  const auto product = read_product(values, catalogue);
  if (!product) return tl::unexpected<Error>(product.error());
  if (values.count("target") > 0) {
    for (const std::string& word : values["target"].as<std::vector<std::string>>()) {
      auto group = read_target(word, *product, catalogue);
      if (!group) return tl::unexpected<Error>(group.error());
      request.targets.groups.push_back(std::move(*group));
    }
  }
  if (request.targets.groups.empty()) return fail(ErrorCode::invalid_input, nothing);
  if (values.count("client-cert") > 0 && values["depth"].as<std::string>() == "versions") {
    request.warnings.emplace_back("--client-cert is shown to nobody at --depth versions; give --depth quick or full");
  }
  return {};
}

}  // namespace

void add_scan_options(po::options_description& options) {
  options.add_options()                                                                                           //
      ("site", po::value<std::string>()->value_name("FILE"), "site file (YAML, or CSV of nodes)")                 //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), "where the run is kept")  //
      ("depth", po::value<std::string>()->default_value("quick")->value_name("D"),
       "versions: one hello per TLS version; quick: also the RSA and the ECDSA chain at each; full: also every suite,\n"
       "group and signature scheme, and what else is known of TLS servers (implies --legacy)")  //
      ("legacy", po::bool_switch(), "adds SSLv3 and suites that intrusion detection may flag")  //
      ("product", po::value<std::string>()->value_name("P"),
       "what TARGETs are: chooses the ports of those without one")                                          //
      ("concurrency", po::value<int>()->default_value(500)->value_name("N"), "connections at once in all")  //
      ("per-host", po::value<int>()->default_value(2)->value_name("N"), "connections at once to one host")  //
      ("rate", po::value<double>()->default_value(10, "10")->value_name("N"),
       "new connections a second to one host")  //
      ("timeout", po::value<double>()->default_value(10, "10")->value_name("S"),
       "seconds to connect and, apart from that, for each answer")                                                //
      ("window", po::value<std::string>()->value_name("HH:MM-HH:MM"), "only connect in these hours, local time")  //
      ("resume", po::bool_switch(), "finish the newest unfinished scan of this site")                             //
      ("dry-run", po::bool_switch(), "print what would be asked and what it would cost; send nothing")            //
      ("client-cert", po::value<std::string>()->value_name("F"),
       "certificate to show where one is asked for: PEM with its chain, or PKCS#12; a password is read from the\n"
       "environment, UCREADY_CLIENT_PASSWORD")                                                                  //
      ("client-key", po::value<std::string>()->value_name("F"), "its key in PEM, where it is in another file")  //
      ("no-identify", po::bool_switch(),
       "do not ask what the systems are: product and release, as they tell everybody who asks");
  options.add_options()(
      "as", po::value<std::string>()->value_name("CLIENT"),
      "send the servers of this client's hops its own recorded hellos, and keep which version, suite and\n"
      "certificate come back: CLUSTER, CLUSTER/NODE, or an address that a capture saw");
  options.add_options()("trust-lists", po::bool_switch(),
                        "fetch CTLFile.tlv and ITLFile.tlv from CUCM nodes (HTTPS 6972, else HTTP 6970)");
  add_rule_options(options);
}

Result<ScanRequest> read_scan_request(const Values& values) {
  ScanRequest request;
  request.database = values["db"].as<std::string>();
  request.resume = values["resume"].as<bool>();
  request.dry_run = values["dry-run"].as<bool>();
  if (std::error_code ignored;
      request.resume && !request.dry_run && !std::filesystem::exists(request.database, ignored)) {
    return fail(ErrorCode::not_found,
                fmt::format("{}: no such database, so no scan to go on with; name the file that it wrote with --db, or "
                            "leave out --resume",
                            request.database.string()));
  }
  const auto options = read_scan_options(values);
  if (!options) return tl::unexpected<Error>(options.error());
  request.options = *options;
  auto judge = read_judge_options(values);
  if (!judge) return tl::unexpected<Error>(judge.error());
  request.judge = std::move(*judge);
  auto catalogue = catalogue_for_targets(values);
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  request.catalogue = std::move(*catalogue);
  if (auto read = read_targets(values, request.catalogue, request); !read) return tl::unexpected<Error>(read.error());
  return request;
}

}  // namespace ucready::scanner
