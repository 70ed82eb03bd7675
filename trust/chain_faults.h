// All that is wrong, or may be, with a presented chain; which of it matters is the stack's to say.
#pragma once

#include <vector>

#include "trust/chain_path.h"
#include "trust/stack_rules.h"

namespace ucready::trust {

struct FoundFaults {
  Anchoring anchoring = Anchoring::none;
  std::vector<ChainFault> faults;  // In the order in which OpenSSL looks.
};

FoundFaults find_faults(const ChainQuestion& question);

}  // namespace ucready::trust
