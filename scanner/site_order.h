#pragma once

#include "scanner/site_reading.h"

namespace ucready::scanner {

// The list under `order`. All clusters must have been read.
void read_order(SiteReading& reading, const std::vector<YAML::Node>& steps);

}  // namespace ucready::scanner
