#include "scanner/site_file.h"

#include "scanner/flow_brackets.h"
#include "scanner/site_clusters.h"
#include "scanner/site_csv.h"
#include "scanner/site_hops.h"
#include "scanner/site_order.h"
#include "scanner/site_reading.h"
#include "scanner/whole_file.h"

namespace ucready::scanner {
namespace {

bool is_csv(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  return extension == ".csv" || extension == ".CSV";
}

// Stops at the first fault: only that one is told, and what follows it may be its echo.
void read_yaml(SiteReading& reading, const YAML::Node& root) {
  const upgrade::YamlMapping mapping(root, "site file", {"site", "clusters", "hops", "order"}, reading.faults);
  if (!reading.faults.empty()) return;
  reading.site.name = mapping.required_text("site");
  if (!mapping.require("clusters")) return;
  for (const YAML::Node& node : mapping.list("clusters")) {
    read_cluster(reading, node);
    if (!reading.faults.empty()) return;
  }
  for (const YAML::Node& node : mapping.list("hops")) {
    read_hop(reading, node);
    if (!reading.faults.empty()) return;
  }
  read_order(reading, mapping.list("order"));
}

Result<Site> read(std::string_view text, const std::filesystem::path& file, const upgrade::Catalogue& catalogue,
                  bool look_at_disk) {
  SiteReading reading(file, catalogue, look_at_disk);
  if (is_csv(file)) {
    if (auto done = read_site_csv(reading, text); !done) return tl::unexpected(done.error());
  } else {
    const auto root = load_written_yaml(text, reading.origin, kMostSiteBytes);
    if (!root) return tl::unexpected(root.error());
    read_yaml(reading, *root);
  }
  if (!reading.faults.empty()) return reading.faults.first();
  check_clusters(reading);
  reading.finish_warnings();
  return std::move(reading.site);
}

}  // namespace

Result<Site> read_site_file(const std::filesystem::path& file, const upgrade::Catalogue& catalogue) {
  const auto text = read_whole_file(file, "site file");
  if (!text) return tl::unexpected<Error>(text.error());
  return read(*text, file, catalogue, true);
}

Result<Site> read_site_text(std::string_view text, const std::filesystem::path& file,
                            const upgrade::Catalogue& catalogue) {
  return read(text, file, catalogue, false);
}

}  // namespace ucready::scanner
