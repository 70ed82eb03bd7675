// The files and folders that `trust` and `certificates` name. Only that they are there and readable is asked here.
#pragma once

#include <vector>

#include "scanner/site_reading.h"

namespace ucready::scanner {

// A list of paths, or one path.
std::vector<std::filesystem::path> read_paths(SiteReading& reading, std::string_view key, const YAML::Node& node);
// The same list under `certificates`: paths, and {identity, files} entries, which go to `identities`.
std::vector<std::filesystem::path> read_certificates(SiteReading& reading, const upgrade::Product& product,
                                                     const YAML::Node& node, std::vector<SiteIdentity>& identities);
// What a cluster's CTL and ITL make its phones trust; kept as a store of the cluster, which does not look into it
// itself.
inline constexpr const char* kTrustListStore = "itl";

// Stores that a client service or interface of the product looks into; sorted, each once.
std::vector<std::string_view> stores_of(const upgrade::Product& product);
// Paths (for every store) and {store, files} entries.
std::vector<SiteTrust> read_trust(SiteReading& reading, const upgrade::Product& product, const YAML::Node& node);

}  // namespace ucready::scanner
