#pragma once

#include "scanner/site_reading.h"

namespace ucready::scanner {

// One entry under `hops`. All clusters must have been read.
void read_hop(SiteReading& reading, const YAML::Node& node);

}  // namespace ucready::scanner
