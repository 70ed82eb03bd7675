// Settings of a cluster, node, client service or interface, checked against what the catalogue says the product has.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "scanner/site_reading.h"

namespace ucready::scanner {

// Those that a client service or an interface may have, written among its other keys.
std::span<const std::string_view> narrow_settings();

// The mapping under `settings`: every setting of the product.
std::vector<SiteSetting> read_settings(SiteReading& reading, const upgrade::Product& product, const YAML::Node& node);
std::vector<SiteSetting> read_narrow_settings(SiteReading& reading, const upgrade::Product& product,
                                              const upgrade::YamlMapping& mapping);

// One value, for `{set: CLUSTER.SETTING, to: VALUE}` too. `key` is where the name stands, for an unknown one.
SiteSetting read_setting(SiteReading& reading, const upgrade::Product& product, const std::string& name,
                         const YAML::Mark& key, const YAML::Node& value);

}  // namespace ucready::scanner
