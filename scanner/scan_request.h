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
#include "probes/scan.h"
#include "scanner/rule_options.h"
#include "scanner/site_run.h"
#include "scanner/target_list.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

struct ScanRequest {
  std::filesystem::path database;
  SiteRun site;  // Empty for bare targets.
  TargetList targets;
  upgrade::Catalogue catalogue;  // Empty where the targets need none.
  std::vector<std::string> warnings;
  probes::ScanOptions options;
  JudgeOptions judge;
  bool resume = false;
  bool dry_run = false;
};

void add_scan_options(boost::program_options::options_description& options);
// How to ask, without whom.
Result<probes::ScanOptions> read_scan_options(const boost::program_options::variables_map& values);
Result<ScanRequest> read_scan_request(const boost::program_options::variables_map& values);

}  // namespace ucready::scanner
