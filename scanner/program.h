// The program without its main: arguments in, exit code out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "scanner/command.h"

namespace ucready::scanner {

inline constexpr std::string_view kVersion = "0.1.0";

// `arguments` without the program's own name.
ExitCode run_program(const std::vector<std::string>& arguments, Console& console);

// The command line of this run, as v_run.arguments keeps it.
const std::string& command_line();

}  // namespace ucready::scanner
