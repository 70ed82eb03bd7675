#include "scanner/estate_request.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "core/printable.h"
#include "db/estate_lookup.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;
using Values = po::variables_map;
using Words = std::vector<std::string>;

Result<void> check(const std::vector<forecast::Supposition>& suppositions, const forecast::Estate& estate) {
  for (const forecast::Supposition& set : suppositions) {
    const upgrade::Product* const product = estate.product(set.cluster);
    if (product == nullptr) continue;
    const upgrade::CatalogueSetting* const setting = find_setting(*product, set.setting);
    if (setting == nullptr) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("--set {}.{}: {} has no such setting; 'ucready catalogue {}' lists them", set.cluster,
                              set.setting, product->id, product->id));
    }
    if (const auto fault = fault_of_value(*setting, set.value)) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("--set {}.{}={}: {}", set.cluster, set.setting, set.value, *fault));
    }
  }
  return {};
}

}  // namespace

void add_estate_options(po::options_description& options, const char* what_db_is_for) {
  options.add_options()  //
      ("site", po::value<std::string>()->value_name("FILE"),
       "site file: clusters, hops and order; without it those of the database's newest run")             //
      ("db", po::value<std::string>()->default_value("ucready.db")->value_name("FILE"), what_db_is_for)  //
      ("set", po::value<Words>()->value_name("CLUSTER.SETTING=VALUE"),
       "what if this setting were so from today on; may be repeated");
}

Result<std::vector<forecast::Supposition>> suppositions_of(const Values& values) {
  std::vector<forecast::Supposition> all;
  if (values.count("set") == 0) return all;
  for (const std::string& text : values["set"].as<Words>()) {
    const std::size_t equals = text.find('=');
    const std::size_t dot = text.substr(0, equals).rfind('.');
    if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 == equals) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("--set {}: write CLUSTER.SETTING=VALUE, as in hq-cucm.tls_min=TLSv1.3", text));
    }
    all.push_back({text.substr(0, dot), text.substr(dot + 1, equals - dot - 1), text.substr(equals + 1)});
  }
  return all;
}

Result<std::optional<SiteRun>> declared_by(const Values& values, const upgrade::Catalogue& catalogue,
                                           Console& console) {
  if (values.count("site") == 0) return std::optional<SiteRun>();
  const auto site = read_site_file(values["site"].as<std::string>(), catalogue);
  if (!site) return tl::unexpected<Error>(site.error());
  for (const std::string& warning : site->warnings) console.err << "ucready: " << printable(warning) << '\n';
  auto declared = site_run_of(*site, catalogue);
  if (!declared) return tl::unexpected<Error>(declared.error());
  return std::optional<SiteRun>(std::move(*declared));
}

Result<std::string> run_with_facts(const db::Database& database) {
  const auto newest = db::newest_run_with_facts(database);
  if (!newest) return tl::unexpected<Error>(newest.error());
  if (*newest) return **newest;
  return fail(ErrorCode::invalid_input,
              "the database knows no cluster; give the site file with --site, or scan it first with 'ucready scan "
              "--site FILE'");
}

Result<forecast::Estate> estate_of(const db::Database& database, const std::string& facts_run,
                                   const upgrade::Catalogue& catalogue,
                                   const std::vector<forecast::Supposition>& suppositions,
                                   const std::vector<db::OrderStep>* order) {
  auto rows = db::estate_rows(database, facts_run);
  if (!rows) return tl::unexpected<Error>(rows.error());
  if (order != nullptr) rows->order = *order;
  const auto stores = db::newest_stores(database);
  if (!stores) return tl::unexpected<Error>(stores.error());
  forecast::Estate estate(catalogue, std::move(*rows), *stores, now());
  if (auto sound = check(suppositions, estate); !sound) return tl::unexpected<Error>(sound.error());
  return estate;
}

}  // namespace ucready::scanner
