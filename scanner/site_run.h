// What a run takes over from the site file: facts, order, hops and trust, as the database keeps them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/words.h"
#include "db/run_writer.h"
#include "scanner/site_file.h"
#include "scanner/site_trust.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct SiteRun {
  std::string site;         // Empty without a site file.
  std::vector<Fact> facts;  // What the file declares, and what the catalogue lets assume of it.
  std::vector<db::OrderStep> order;
  std::vector<db::DeclaredHop> hops;
  SiteTrustFacts trust;
};

// Reads the files of `trust` and `certificates`; errors are theirs.
Result<SiteRun> site_run_of(const Site& site, const upgrade::Catalogue& catalogue);

// As the database keeps them: waves are counted from 1.
std::vector<db::OrderStep> order_rows(const std::vector<SiteStep>& steps);

// Begins a run of that kind ("scan", "capture", ...) with all of it.
Result<db::RunWriter> begin_run(db::Database& database, const std::string& kind, const SiteRun& site);

}  // namespace ucready::scanner
