// SIP trunks of call control together with their security profiles and the nodes that use them, which stand in other
// tables.
#pragma once

#include <string>
#include <vector>

#include "core/words.h"
#include "imports/told.h"
#include "scanner/imported_groups.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

struct SecuredTrunk {
  std::size_t at = 0;  // The place of its export.
  ImportedSystems::Place owner;
  const imports::ToldHop* hop = nullptr;
  std::string security;
  std::vector<std::string> nodes;  // Those that call; empty: any of the cluster.
};

struct ImportedTrunks {
  std::vector<SecuredTrunk> trunks;
  // The names that peers must have, of a port of which every trunk's profile is told and asks for some.
  std::vector<Fact> subjects;
  std::size_t without_profile = 0;  // Trunks of which no export says whether they use TLS.
  std::string example;              // One of them, for the reader; empty: there is none.
};

// The exports must outlive it.
ImportedTrunks trunks_of(const std::vector<imports::Told>& exports, const ImportedSystems& systems,
                         const CallGroups& groups);

}  // namespace ucready::scanner
