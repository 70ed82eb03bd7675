#pragma once

#include <string_view>

#include "core/result.h"
#include "scanner/site_reading.h"

namespace ucready::scanner {

// The CSV form: one row a node (or an endpoint group), the columns named as in the site file; docs/site-file.md.
Result<void> read_site_csv(SiteReading& reading, std::string_view text);

}  // namespace ucready::scanner
