// Makes trust of the lists that a scan fetched: what phones and other clients that load them would trust.
#pragma once

#include <string>
#include <vector>

#include "core/words.h"
#include "db/run_writer.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct FetchedTrust {
  std::size_t lists = 0;
  std::size_t stores = 0;  // Of clusters that load them, known by them now.
  std::vector<std::string>
      notes;  // One line each, escaped: a list that is missing or cannot be read, nodes whose lists differ.
};

// Each node is kept with the list that it hands out. A cluster with a declared hop to the one whose lists these are,
// whose product keeps the store `itl` and of which the site file tells no such store, gets what the lists hold. Only
// where all nodes serve the same: which of them a phone asks is not known, and a certificate that only some lists have
// would be taken for trusted. `facts`: of the run.
Result<FetchedTrust> add_fetched_trust(const db::Database& database, db::RunWriter& run, const std::vector<Fact>& facts,
                                       const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
