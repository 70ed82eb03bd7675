// ucready scan --as CLIENT: what servers answer to a client's own hello.
#pragma once

#include <boost/program_options/variables_map.hpp>

#include "scanner/command.h"

namespace ucready::scanner {

// The options are those of scan; such as a replay cannot honour are refused.
Result<ExitCode> run_replay_scan(const boost::program_options::variables_map& values, Console& console);

}  // namespace ucready::scanner
