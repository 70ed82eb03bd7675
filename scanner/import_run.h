// An import's run in the database: what it starts from, and what it keeps.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <string>
#include <vector>

#include "scanner/command.h"
#include "scanner/imported_estate.h"

namespace ucready::scanner {

// Names that clusters and nodes have already.
struct KnownEstate {
  std::string site;  // Empty: none is known; the import then counts for any.
  std::vector<Fact> facts;
};

// Of --site, else of the database's newest run with facts and the imports beside it.
Result<KnownEstate> known_estate(const boost::program_options::variables_map& values,
                                 const upgrade::Catalogue& catalogue, const db::Database& database, Console& console);

Result<void> keep_import(db::RunWriter& run, const ImportedEstate& estate);

// That the named exports are there, and that neither they nor the database would be written over.
Result<void> check_import_paths(const std::vector<std::string>& exports, const std::string& database,
                                const std::string& site);

}  // namespace ucready::scanner
