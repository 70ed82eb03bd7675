// ucready plan --verify: the forecast that an earlier plan kept, held against what was seen since.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "scanner/command.h"

namespace ucready::scanner {

void add_verify_options(boost::program_options::options_description& options);
Result<ExitCode> verify_plan(const boost::program_options::variables_map& values, Console& console);

}  // namespace ucready::scanner
