// What a scan would ask and what it would cost, without asking.
#pragma once

#include <iosfwd>

#include "scanner/scan_request.h"

namespace ucready::scanner {

struct ScanCost {
  std::uint64_t interfaces = 0;
  std::uint64_t connections = 0;
  std::uint64_t bytes = 0;  // Both ways, payload of TCP.
  double minutes = 0;       // The longer of: the busiest host at its pace, everything at the limit in all.
};

// If every interface answered as a dual-certificate server with TLSv1.0 to 1.3 does, 40 ms away.
ScanCost estimate(const ScanRequest& request);

void print_dry_run(const ScanRequest& request, std::ostream& out);

}  // namespace ucready::scanner
