// ucready profile: clients' recorded offers, carried from one database to another.
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <ostream>
#include <set>

#include "core/printable.h"
#include "report/output_file.h"
#include "scanner/client_word.h"
#include "scanner/command.h"
#include "scanner/profile_file.h"
#include "scanner/site_run.h"
#include "scanner/whole_file.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

void add_options(po::options_description& options) {
  options.add_options()("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"),
                        "record: the database to read; apply: the one to write to")(
      "as", po::value<std::string>()->value_name("CLIENT"),
      "apply: file all of it under this name, CLUSTER or CLUSTER/NODE");
}

Result<WrittenProfile> write_to_file(const std::vector<db::RecordedOffers>& recorded, const std::string& path) {
  auto file = report::OutputFile::create(path);
  if (!file) return tl::unexpected<Error>(file.error());
  WrittenProfile written = write_profile(recorded, file->stream());
  if (auto committed = file->commit(); !committed) return tl::unexpected<Error>(committed.error());
  return written;
}

Result<ExitCode> record(const Words& words, const po::variables_map& options, Console& console) {
  if (options.count("as") > 0) return fail(ErrorCode::invalid_input, "profile record: --as is for apply");
  const auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::read);
  if (!database) return tl::unexpected<Error>(database.error());
  std::vector<db::RecordedOffers> recorded;
  const Words clients = words.size() > 1 ? Words(words.begin() + 1, words.end()) : Words{""};
  for (const std::string& client : clients) {
    db::ClientName name;  // Without a word: everybody.
    if (words.size() > 1) {
      auto named = read_client_word(client, "profile record: CLIENT");
      if (!named) return tl::unexpected<Error>(named.error());
      name = std::move(*named);
    }
    auto of = db::recorded_offers(*database, "", name);
    if (!of) return tl::unexpected<Error>(of.error());
    if (of->offers.empty()) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("profile record{}: {} holds no offer{}; read a capture of its connections with 'ucready "
                              "capture -r FILE'",
                              client.empty() ? "" : " " + printable(client, 200), database->path().string(),
                              client.empty() ? "" : " of it"));
    }
    recorded.push_back(std::move(*of));
  }
  const bool to_standard_output = words.front() == "-";
  const auto written =
      to_standard_output ? write_profile(recorded, console.out) : write_to_file(recorded, words.front());
  if (!written) return tl::unexpected<Error>(written.error());
  for (const std::string& one : written->left_out) console.err << "ucready: left out: " << printable(one) << '\n';
  console.err << fmt::format("{} offers written to {}\n", written->offers,
                             to_standard_output ? "standard output" : words.front());
  return written->left_out.empty() ? ExitCode::done : ExitCode::partly;
}

Result<ExitCode> apply(const Words& words, const po::variables_map& options, Console& console) {
  if (words.size() > 1) return fail(ErrorCode::invalid_input, "profile apply takes one FILE");
  const auto text = read_whole_file(words.front(), "profile");
  if (!text) return tl::unexpected<Error>(text.error());
  auto offers = read_profile(*text, words.front());
  if (!offers) return tl::unexpected<Error>(offers.error());
  if (offers->empty())
    return fail(ErrorCode::invalid_input,
                fmt::format("{}: holds no offer; write it anew with 'ucready profile record'", words.front()));
  if (options.count("as") > 0) {
    const auto name = read_client_word(options["as"].as<std::string>(), "--as");
    if (!name) return tl::unexpected<Error>(name.error());
    for (db::BroughtOffer& offer : *offers) {
      offer.client = name->address.empty() ? name->cluster : name->address;
      offer.client_node = name->node;
    }
  }
  auto database = db::Database::open(options["db"].as<std::string>(), db::OpenMode::write);
  if (!database) return tl::unexpected<Error>(database.error());
  auto run = begin_run(*database, "profile", {});
  if (!run) return tl::unexpected<Error>(run.error());
  std::set<std::string> clients;
  for (const db::BroughtOffer& offer : *offers) {
    if (auto kept = run->add(offer); !kept) return tl::unexpected<Error>(kept.error());
    clients.insert(offer.client);
  }
  if (auto finished = run->finish(db::RunStatus::done); !finished) return tl::unexpected<Error>(finished.error());
  console.err << fmt::format("{} offers of {} {} kept in {}; 'ucready scan --as {} --db {} HOST:PORT' sends them\n",
                             offers->size(), clients.size(), clients.size() == 1 ? "client" : "clients",
                             database->path().string(), printable(*clients.begin(), 100), database->path().string());
  return ExitCode::done;
}

Result<ExitCode> run_profile(const po::variables_map& options, Console& console) {
  const Words words = options.count("word") > 0 ? options["word"].as<Words>() : Words{};
  const std::string action = words.empty() ? "" : words.front();
  if (action != "record" && action != "apply") {
    return fail(
        ErrorCode::invalid_input,
        fmt::format("profile {}: say record or apply first; see 'ucready profile --help'", printable(action, 60)));
  }
  if (words.size() == 1) {
    return fail(ErrorCode::invalid_input,
                fmt::format("profile {}: no file is named; see 'ucready profile --help'", action));
  }
  const Words rest(words.begin() + 1, words.end());
  return action == "record" ? record(rest, options, console) : apply(rest, options, console);
}

}  // namespace

extern const Command kProfileCommand;
const Command kProfileCommand = {
    .name = "profile",
    .summary = "carry clients' recorded offers to another database, for 'scan --as' there",
    .usage = "record FILE [CLIENT...] | apply FILE [--as CLIENT]",
    .examples =
        "  ucready profile record expc.json --db hq.db hq-expc\n"
        "  ucready profile record all.json --db hq.db\n"
        "  ucready profile apply expc.json --db lab.db\n"
        "  ucready profile apply expc.json --db lab.db --as lab-expc\n"
        "  ucready scan --as hq-expc --db lab.db lab-cucm:5061\n",
    .positional = "word",
    .add_options = add_options,
    .run = run_profile,
};

}  // namespace ucready::scanner
