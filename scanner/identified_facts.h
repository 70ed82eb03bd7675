// Makes facts of what the interfaces of a scan said of themselves: which releases nodes and clusters really run, and
// where that is not what the site file says.
#pragma once

#include <vector>

#include "core/words.h"
#include "db/identified_lookup.h"
#include "db/run_writer.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

// Each of confidence `observed`, its source the method and where it was asked. docs/identification.md has the names. A
// release counts only where the product is the declared one, and only where it names one release; of a cluster it is
// known where all its nodes that told one agree.
std::vector<Fact> identified_facts(const std::vector<db::IdentifiedInterface>& interfaces,
                                   const upgrade::Catalogue& catalogue);

// Adds them to the run, and what is concluded from how listeners answer (confidence `assumed`), less those that it has:
// a resumed scan comes here twice.
Result<void> add_identified_facts(const db::Database& database, db::RunWriter& run,
                                  const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
