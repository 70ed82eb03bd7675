// Applications that control phones (CTI), of which call control knows the names with which they log in and no more.
#pragma once

#include <vector>

#include "db/run_writer.h"
#include "imports/told.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

// One hop for each, to the cluster as a whole; `client` is the name that its cluster would have ("user-NAME"), still to
// be claimed.
std::vector<db::DeclaredHop> hops_of_users(const std::vector<imports::Told>& exports, const ImportedSystems& systems);

}  // namespace ucready::scanner
