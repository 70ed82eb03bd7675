// Connections that systems tell of, as the database keeps sessions of captures.
#pragma once

#include <string>
#include <vector>

#include "db/run_writer.h"
#include "imports/told.h"
#include "scanner/imported_systems.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct ImportedSession {
  db::SessionObservation seen;
  db::HopEnds ends;
  std::string source;
};

// Of one export. `facts`: where its own system's address is looked for, when a connection does not tell it.
std::vector<ImportedSession> sessions_of(const imports::Told& told, const ImportedSystems::Place& owner,
                                         const std::vector<Fact>& facts, const ImportedSystems& systems,
                                         const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
