// Services of VOS nodes, by the names that 'utils service list' and the table typeservice have for them.
#pragma once

#include <string>
#include <string_view>

#include "imports/told.h"

namespace ucready::imports {

struct VosService {
  std::string_view name;
  std::string_view product;  // No other one has it.
  std::string_view runs;     // What others call the node for: callmanager, tftp, cti, capf; empty: nothing of that.
};

// That the node has this service activated: facts "product" and "runs". False: the name says nothing.
bool tell_service(std::string_view name, const std::string& node, int line, Told& told);

}  // namespace ucready::imports
