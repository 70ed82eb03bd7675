// What a command of the program is. To add one: write commands/<name>.cc beside the others and add its row to the table
// in command.cc; help, usage errors and dispatch read the table.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <iosfwd>
#include <span>
#include <string_view>

#include "core/result.h"

namespace ucready::scanner {

// Contract, exit codes.
enum class ExitCode { done = 0, findings = 1, usage = 2, partly = 3, disagree = 4 };

// Where a command speaks. Results go to `out`, everything else to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool quiet = false;  // --quiet: no progress.
  bool err_is_terminal = false;
  bool out_is_terminal = false;
  int columns = 80;
  bool offline = false;  // --offline: no socket may be opened.
};

struct Command {
  std::string_view name;
  std::string_view summary;     // One line for the list of commands.
  std::string_view usage;       // What follows "ucready NAME": "[TARGET...] [options]".
  std::string_view examples;    // Lines for --help, ready to copy.
  std::string_view positional;  // The option that words without a dash belong to; empty = none allowed.
  void (*add_options)(boost::program_options::options_description&);
  // An error is of usage or input and exits 2; everything else is an exit code.
  Result<ExitCode> (*run)(const boost::program_options::variables_map&, Console&);
};

std::span<const Command* const> all_commands();
const Command* find_command(std::string_view name);  // nullptr: no such command.

}  // namespace ucready::scanner
