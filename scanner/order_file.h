// An order of its own, for 'ucready plan --order': the list that a site file has under `order`, alone or under that
// key.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "scanner/site_file.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct OrderFile {
  std::vector<SiteStep> steps;
  std::vector<std::string> warnings;  // As in Site.
};

// `clusters`: those that it may name; of each its name, product, via and target count. Errors are as of site files.
Result<OrderFile> read_order_file(const std::filesystem::path& file, const std::vector<SiteCluster>& clusters,
                                  const upgrade::Catalogue& catalogue);
// The same from text.
Result<OrderFile> read_order_text(std::string_view text, const std::filesystem::path& file,
                                  const std::vector<SiteCluster>& clusters, const upgrade::Catalogue& catalogue);

}  // namespace ucready::scanner
