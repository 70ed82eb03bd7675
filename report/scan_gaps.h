// What a scan left open of interfaces that answered: such that negotiated nothing, such of which a list may lack some.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"

namespace ucready::report {

struct ScanGaps {
  std::size_t learned = 0;           // Interfaces that negotiated something, or have no TLS.
  std::size_t fruitless = 0;         // Interfaces that speak TLS and negotiated nothing.
  std::size_t incomplete = 0;        // Interfaces with a list that may lack some.
  std::vector<std::string> samples;  // Of these the first few: where, which versions and lists; escaped.
};

Result<ScanGaps> find_scan_gaps(const db::Database& database, const std::string& run_id);

}  // namespace ucready::report
