#pragma once

#include "scanner/site_reading.h"

namespace ucready::scanner {

// `service` must be a client service that the catalogue knows of the product, where it knows any.
void check_client_service(SiteReading& reading, const upgrade::Product& product, const std::string& service,
                          const YAML::Mark& at);

// One entry under `clusters`, added to the site.
void read_cluster(SiteReading& reading, const YAML::Node& node);

}  // namespace ucready::scanner
