// Why a site file gives a scan nobody to ask: what its author wrote, and what to write instead.
#pragma once

#include <string>

#include "scanner/site_file.h"
#include "scanner/target_list.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

// Of a site of which targets_of() made `targets`, which are none.
std::string why_nothing_is_asked(const Site& site, const TargetList& targets, const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
