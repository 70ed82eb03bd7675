// What a plan and its rehearsal ask alike: --site, --db, --set, and the estate these name.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "scanner/command.h"
#include "scanner/site_run.h"
#include "upgrade/forecast/estate.h"
#include "upgrade/forecast/states.h"

namespace ucready::scanner {

void add_estate_options(boost::program_options::options_description& options, const char* what_db_is_for);

Result<std::vector<forecast::Supposition>> suppositions_of(const boost::program_options::variables_map& values);

// What --site declares; nothing where it is not given.
Result<std::optional<SiteRun>> declared_by(const boost::program_options::variables_map& values,
                                           const upgrade::Catalogue& catalogue, Console& console);
// The newest run with facts of clusters; an error where none has.
Result<std::string> run_with_facts(const db::Database& database);

// With that run's facts. Error also: a supposition about a setting that the product does not have, for it would change
// nothing and look like an answer. `order`: instead of that run's own.
Result<forecast::Estate> estate_of(const db::Database& database, const std::string& facts_run,
                                   const upgrade::Catalogue& catalogue,
                                   const std::vector<forecast::Supposition>& suppositions,
                                   const std::vector<db::OrderStep>* order = nullptr);

}  // namespace ucready::scanner
