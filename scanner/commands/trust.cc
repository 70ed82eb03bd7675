// ucready trust: shows what files make trusted, records it for a cluster, and finds who trusts a certificate.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/printable.h"
#include "db/estate_lookup.h"
#include "db/rules.h"
#include "db/run_writer.h"
#include "db/trust_list_lookup.h"
#include "scanner/certificate_search.h"
#include "scanner/command.h"
#include "scanner/estate_request.h"
#include "scanner/program.h"
#include "scanner/rule_options.h"
#include "scanner/site_trust.h"
#include "scanner/trust_listing.h"
#include "trust/trust_folder.h"
#include "upgrade/forecast/renewal.h"

namespace ucready::scanner {

extern const Command kTrustCommand;

namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

void add_options(po::options_description& options) {
  options.add_options()  //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"),
       "add, who, show: the database to write to, to read; show without FILE: the lists that a scan fetched")  //
      ("cluster", po::value<std::string>()->value_name("NAME"),
       "add: whose trust this is; show --db: of this cluster alone")                                                 //
      ("node", po::value<std::string>()->value_name("N"), "add: of this node only; else of the cluster as a whole")  //
      ("store", po::value<std::string>()->value_name("S"),
       "add: what this store holds (tomcat-trust, trusted-ca, itl ...); else what every store holds")  //
      ("format", po::value<std::string>()->default_value("text")->value_name("F"), "show: text, json or csv");
}

std::string text_of(const po::variables_map& options, const char* name) {
  return options.contains(name) ? options[name].as<std::string>() : std::string();
}

Result<trust::TrustPaths> read_files(const Words& words, Console& console) {
  auto read = trust::read_trust_paths({words.begin(), words.end()});
  if (!read) return read;
  for (const std::string& note : read->notes) console.err << "ucready: " << note << '\n';
  return read;
}

// The lists that the newest scan with --trust-lists fetched; one that cannot be read is told and left out.
Result<ExitCode> show_fetched(const TrustListing& listing, const po::variables_map& options, Console& console) {
  const auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto run = db::newest_run_with_trust_lists(*database);
  if (!run) return tl::unexpected<Error>(run.error());
  if (!*run) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: holds no trust list; fetch them with 'ucready scan --trust-lists'",
                            database->path().string()));
  }
  const auto lists = db::fetched_trust_lists(*database, **run);
  if (!lists) return tl::unexpected<Error>(lists.error());
  const std::string cluster = text_of(options, "cluster"), node = text_of(options, "node");
  std::vector<trust::TrustFile> files;
  bool all_read = true;
  for (const db::FetchedTrustList& list : *lists) {
    if ((!cluster.empty() && list.cluster != cluster) || (!node.empty() && list.node != node)) continue;
    auto file = trust::read_trust_bytes(list.bytes, list.source);
    all_read = all_read && file;
    if (file) {
      files.push_back(std::move(*file));
    } else {
      console.err << "ucready: " << printable(file.error().message) << '\n';
    }
  }
  if (files.empty() && all_read) {
    return fail(ErrorCode::invalid_input, fmt::format("{}: holds no trust list of {}{}{}", database->path().string(),
                                                      printable(cluster), node.empty() ? "" : "/", printable(node)));
  }
  listing.write(files, console.out);
  return all_read ? ExitCode::done : ExitCode::partly;
}

Result<ExitCode> show(const Words& words, const po::variables_map& options, Console& console) {
  const auto& name = options["format"].as<std::string>();
  const auto listings = all_trust_listings();
  const auto listing = std::ranges::find(listings, name, &TrustListing::name);
  if (listing == listings.end()) {
    return fail(ErrorCode::invalid_input, fmt::format("--format {}: no such format; give text, json or csv", name));
  }
  if (words.empty()) return show_fetched(*listing, options, console);
  const auto read = read_files(words, console);
  if (!read) return tl::unexpected<Error>(read.error());
  listing->write(read->files, console.out);
  return ExitCode::done;
}

Result<ExitCode> add(const Words& words, const po::variables_map& options, Console& console) {
  db::TrustObservation observation{
      text_of(options, "cluster"), text_of(options, "node"), text_of(options, "store"), {}};
  if (observation.cluster.empty())
    return fail(ErrorCode::invalid_input, "trust add needs --cluster NAME: whose trust it is");
  const auto read = read_files(words, console);
  if (!read) return tl::unexpected<Error>(read.error());
  trust::TrustStore store;
  for (const trust::TrustFile& file : read->files) store.add(file);
  observation.entries = entries_of(store);

  auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto site = db::site_of_cluster(*database, observation.cluster);
  if (!site) return tl::unexpected<Error>(site.error());
  if (!*site) {
    console.err << fmt::format(
        "ucready: the database knows no cluster {} yet; is the name spelt as in the site file?\n",
        printable(observation.cluster));
  }
  auto run = db::RunWriter::begin(*database,
                                  {.kind = "import",
                                   .site = site->value_or(""),
                                   .tool_version = std::string(kVersion),
                                   .arguments = command_line()},
                                  {});
  if (!run) return tl::unexpected<Error>(run.error());
  auto kept = run->add(observation);
  if (kept) kept = run->flush();
  if (!kept) return tl::unexpected<Error>(kept.error());
  const auto findings = db::run_rules(*database, run->run_id(), db::built_in_rules());
  if (!findings) return tl::unexpected<Error>(findings.error());
  const bool wholly = judged_wholly(*findings, console.err);
  if (auto finished = run->finish(wholly ? db::RunStatus::done : db::RunStatus::partial); !finished)
    return tl::unexpected<Error>(finished.error());
  const auto named = [](const std::string& name, const char* otherwise) {
    return name.empty() ? otherwise : printable(name);
  };
  console.out << fmt::format("{} certificates of {} files are trusted by {} of {} of {}; kept as run {}\n",
                             observation.entries.size(), read->files.size(), named(observation.store, "every store"),
                             named(observation.node, "every node"), printable(observation.cluster), run->run_id());
  return wholly ? ExitCode::done : ExitCode::partly;
}

std::string place_text(const std::string& cluster, const std::string& node) {
  return printable(node.empty() ? cluster : cluster + "/" + node);
}

void print_showing(const db::Showing& showing, std::ostream& out) {
  std::string where = place_text(showing.cluster, showing.node);
  if (!showing.address.empty()) where += (where.empty() ? "" : " ") + printable(showing.address);
  if (showing.port != 0) where += fmt::format(" port {}", showing.port);
  if (!showing.service.empty()) where += " as " + printable(showing.service);
  const std::string place =
      showing.position == 0 ? "" : fmt::format(", certificate {} of its chain", showing.position + 1);
  out << fmt::format("  {}: {}{}\n", showing.what, where, place);
}

void print_search(const CertificateSearch& search, std::ostream& out) {
  const Certificate& c = *search.certificate;
  out << fmt::format("{}\n  issued by {}, until {}, sha256 {}\n", printable(c.subject), printable(c.issuer),
                     c.not_after, c.sha256);
  out << fmt::format("\nTrusted by {} stores; {} other known stores do not trust it.\n", search.holders.size(),
                     search.stores_that_do_not);
  for (const Holder& holder : search.holders) {
    const std::string store = holder.place.store.empty() ? "every store" : printable(holder.place.store);
    out << fmt::format("  {} {}: {}\n", place_text(holder.place.cluster, holder.place.node), store,
                       printable(holder.how));
  }
  out << fmt::format("\nPresented at {} places.\n", search.showings.size());
  for (const db::Showing& showing : search.showings) print_showing(showing, out);
  const auto by_leaf = std::ranges::count_if(search.holders, [](const Holder& holder) {
    return holder.how == "holds it" || holder.how.starts_with("pins it");
  });
  if (by_leaf > 0 && !c.is_ca) {
    out << fmt::format(
        "\nA renewal must reach the {} stores that hold or pin this very certificate before it is presented.\n",
        by_leaf);
  }
}

void print_effect(const forecast::RenewalEffect& effect, std::ostream& out) {
  constexpr std::size_t kMostHops = 200;
  const char* const event = effect.of_authority
                                ? "Once a successor issues its certificates, and no store holds that one yet"
                                : "If it is renewed today by the same authority, and nobody is told";
  std::size_t breaks = 0;
  std::size_t unknown = 0;
  for (const forecast::RenewalBreak& row : effect.worse)
    (row.outcome == db::HopOutcome::breaks ? breaks : unknown) += row.pairs;
  out << fmt::format("\n{}: {} of {} known hops break{}.\n", event, breaks, effect.hops,
                     unknown == 0 ? "" : fmt::format(", {} become unknown", unknown));
  std::size_t told = 0;
  for (const forecast::RenewalBreak& row : effect.worse) {
    if (++told > kMostHops) continue;
    out << fmt::format("  {}{} -> {}:{} ({}), {} {}: {}\n", printable(row.example.client),
                       row.example.client_service.empty() ? "" : " as " + printable(row.example.client_service),
                       printable(row.example.server), row.example.port,
                       row.pairs == 1 ? "1 pair of nodes" : fmt::format("{} pairs of nodes", row.pairs),
                       db::to_text(row.outcome), printable(row.reason), printable(row.explanation, 600));
  }
  if (told > kMostHops) out << fmt::format("  and {} more\n", told - kMostHops);
}

// Nothing where the database knows no cluster: then no hop is known either.
Result<void> tell_renewal(const db::Database& database, const Certificate& certificate, Console& console) {
  const auto newest = db::newest_run_with_facts(database);
  if (!newest) return tl::unexpected<Error>(newest.error());
  if (!*newest) return {};
  const auto catalogue = upgrade::Catalogue::built_in();
  if (!catalogue) return tl::unexpected<Error>(catalogue.error());
  auto estate = estate_of(database, **newest, *catalogue, {}, nullptr);
  if (!estate) return tl::unexpected<Error>(estate.error());
  print_effect(forecast::effect_of_renewal(*estate, certificate), console.out);
  return {};
}

Result<ExitCode> who(const Words& words, const po::variables_map& options, Console& console) {
  if (words.size() != 1) return fail(ErrorCode::invalid_input, "trust who takes one FILE or SHA256");
  auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  const auto search = search_certificate(*database, words.front());
  if (!search) return tl::unexpected<Error>(search.error());
  print_search(*search, console.out);
  if (auto told = tell_renewal(*database, *search->certificate, console); !told)
    return tl::unexpected<Error>(told.error());
  return ExitCode::done;
}

struct Action {
  std::string_view name;
  Result<ExitCode> (*run)(const Words&, const po::variables_map&, Console&);
};
constexpr Action kActions[] = {{"show", show}, {"add", add}, {"who", who}};

Result<ExitCode> run(const po::variables_map& options, Console& console) {
  const Words words = options.contains("word") ? options["word"].as<Words>() : Words{};
  const auto* const action =
      words.empty() ? std::end(kActions) : std::ranges::find(kActions, words.front(), &Action::name);
  if (action == std::end(kActions)) {
    return fail(ErrorCode::invalid_input,
                fmt::format("trust {}: say show, add or who first; see 'ucready trust --help'",
                            words.empty() ? "" : words.front()));
  }
  const bool from_database = action->name == "show" && !options["db"].defaulted();
  if (words.size() == 1 && !from_database)
    return fail(ErrorCode::invalid_input,
                fmt::format("trust {}: no file is named; see 'ucready trust --help'", action->name));
  return action->run({words.begin() + 1, words.end()}, options, console);
}

}  // namespace

const Command kTrustCommand = {
    .name = "trust",
    .summary = "show what certificate, CTL and ITL files make trusted; record it; find who trusts a certificate",
    .usage = "show FILE...|--db FILE | add --cluster NAME FILE... | who FILE|SHA256",
    .examples =
        "  ucready trust show ITLFile.tlv trust/hq/\n"
        "  ucready trust show --format csv trust/hq/ > trust.csv\n"
        "  ucready trust show --db hq.db                          # the CTL and ITL that scan --trust-lists fetched\n"
        "  ucready trust add --db hq.db --cluster hq-cucm --node cucm-sub --store CallManager-trust trust/sub/\n"
        "  ucready trust add --db hq.db --cluster hq-phones --store itl ITLFile.tlv\n"
        "  ucready trust who --db hq.db callmanager.pem\n"
        "  ucready trust who --db hq.db 3f2a9c1b\n",
    .positional = "word",
    .add_options = add_options,
    .run = run,
};

}  // namespace ucready::scanner
