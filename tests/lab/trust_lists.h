// The CTL and ITL that a call control serves to its phones, made of its own certificates.
#pragma once

#include <map>
#include <string>

#include "pki.h"

namespace ucready::lab {

// By path; empty for nodes that have no certificate named callmanager. The CTL names the call control's certificates,
// the ITL also TVS and CAPF (as far as the node has them); both are signed by the callmanager key.
std::map<std::string, std::string> trust_lists_of(const NodeSpec& node, Pki& pki);

}  // namespace ucready::lab
