// A first site file from what captures saw, for somebody to complete.
#pragma once

#include <iosfwd>

#include "report/seen_estate.h"
#include "upgrade/catalogue.h"

namespace ucready::report {

// YAML that the program's own reader takes as it is. Every guess stands in a comment with its reason; names of servers
// and captures are in comments, escaped, or where they are host names and nothing else.
void write_site_draft(const SeenEstate& estate, const upgrade::Catalogue& catalogue, std::ostream& out);

}  // namespace ucready::report
