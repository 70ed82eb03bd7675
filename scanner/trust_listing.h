// What trust files hold, told to a person, a spreadsheet or a program.
#pragma once

#include <iosfwd>
#include <span>
#include <string_view>
#include <vector>

#include "trust/trust_file.h"

namespace ucready::scanner {

struct TrustListing {
  std::string_view name;  // As --format has it.
  void (*write)(const std::vector<trust::TrustFile>&, std::ostream&);
};

std::span<const TrustListing> all_trust_listings();

}  // namespace ucready::scanner
