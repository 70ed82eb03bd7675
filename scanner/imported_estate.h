// What a heap of exports says together: facts, stores, chains, hops and sessions of clusters and nodes, ready to be
// kept as a run. Nothing is guessed: what no export tells stays untold, and what two tell differently is kept twice.
#pragma once

#include <string>
#include <vector>

#include "db/run_writer.h"
#include "imports/told.h"
#include "scanner/imported_sessions.h"
#include "scanner/imported_systems.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct ImportedEstate {
  std::vector<Fact> facts;
  std::vector<db::TrustObservation> stores;
  std::vector<db::DeclaredChain> chains;
  std::vector<db::DeclaredHop> hops;
  std::vector<ImportedSession> sessions;
  std::vector<db::ImportSource> sources;
  std::vector<std::string> notes;  // What could not be made use of and why, with the mend; one clause each.
  bool incomplete = false;         // Some export could not be read whole, or nobody can tell whose it is.
};

// `known`: facts from before, of nodes that these exports may not speak of.
ImportedEstate join_exports(const std::vector<imports::Told>& exports, const std::vector<Fact>& known,
                            ImportedSystems& systems, const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
