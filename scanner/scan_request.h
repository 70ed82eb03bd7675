// What one `ucready scan` was asked to do, read and checked whole before anything is sent.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "db/rules.h"
#include "probes/scan.h"
#include "scanner/site_file.h"
#include "scanner/target_list.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct ScanRequest {
  std::filesystem::path database;
  std::string site;  // Of the site file; "" for bare targets.
  TargetList targets;
  std::vector<Fact> facts;  // What the site file declares, and what the catalogue lets assume of it.
  std::vector<SiteStep> order;
  std::vector<std::string> warnings;
  probes::ScanOptions options;
  std::vector<db::Rule> rules;
  std::optional<Severity> fail_on;
  bool resume = false;
  bool dry_run = false;
};

void add_scan_options(boost::program_options::options_description& options);
Result<ScanRequest> read_scan_request(const boost::program_options::variables_map& values);

}  // namespace ucready::scanner
