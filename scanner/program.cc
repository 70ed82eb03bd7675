#include "scanner/program.h"

#include <fmt/format.h>

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <ostream>

#include "core/printable.h"

namespace ucready::scanner {
namespace {

namespace po = boost::program_options;

std::string& line() {
  static std::string text;
  return text;
}

void print_commands(std::ostream& out) {
  out << "ucready: is an on-premises Cisco Unified Communications estate ready for the TLS 1.3 releases?\n\n"
         "Usage: ucready COMMAND [options]\n\nCommands:\n";
  for (const Command* const command : all_commands())
    out << fmt::format("  {:<10} {}\n", command->name, command->summary);
  out << "\n'ucready COMMAND --help' tells the options of a command and shows examples.\n"
         "Exit codes: 0 done; 1 findings at or above --fail-on; 2 wrong usage or input; 3 partly done, what was seen "
         "is stored;\n            4 forecast and rehearsal disagree.\n";
}

po::options_description shown_options(const Command& command) {
  po::options_description options("Options");
  command.add_options(options);
  options.add_options()                                                    //
      ("quiet", po::bool_switch(), "no progress line")                     //
      ("offline", po::bool_switch(), "open no socket, whatever is asked")  //
      ("help", po::bool_switch(), "this text");
  return options;
}

void print_help(const Command& command, std::ostream& out) {
  out << fmt::format("{}\n\nUsage: ucready {} {}\n\n", command.summary, command.name, command.usage)
      << shown_options(command) << "\nExamples:\n"
      << command.examples;
}

po::variables_map parse(const Command& command, const std::vector<std::string>& words) {
  po::options_description options = shown_options(command);
  po::positional_options_description positional;
  if (!command.positional.empty()) {
    options.add_options()(command.positional.data(), po::value<std::vector<std::string>>());
    positional.add(command.positional.data(), -1);
  }
  namespace style = po::command_line_style;
  constexpr int kStyle = style::unix_style & ~style::allow_guessing;
  po::variables_map values;
  po::store(po::command_line_parser(words).options(options).positional(positional).style(kStyle).run(), values);
  po::notify(values);
  return values;
}

ExitCode usage_error(Console& console, std::string_view message, std::string_view mend) {
  console.err << "ucready: " << printable(message) << "; " << mend << '\n';
  return ExitCode::usage;
}

ExitCode run_command(const Command& command, const std::vector<std::string>& words, Console& console) {
  const std::string see_help = fmt::format("see 'ucready {} --help'", command.name);
  po::variables_map values;
  try {
    values = parse(command, words);
  } catch (const po::error& error) {
    return usage_error(console, error.what(), see_help);
  }
  if (values["help"].as<bool>()) {
    print_help(command, console.out);
    return ExitCode::done;
  }
  console.quiet = values["quiet"].as<bool>();
  console.offline = values["offline"].as<bool>();
  const auto code = command.run(values, console);
  if (code) return *code;
  if (code.error().code == ErrorCode::disk_full) {
    console.err << "ucready: " << printable(code.error().message) << "; make room there and run it again\n";
    return ExitCode::partly;
  }
  console.err << "ucready: " << printable(code.error().message) << '\n';
  return ExitCode::usage;
}

}  // namespace

const std::string& command_line() { return line(); }

ExitCode run_program(const std::vector<std::string>& arguments, Console& console) {
  line() = fmt::format("{}", fmt::join(arguments, " "));
  if (arguments.empty()) {
    print_commands(console.err);
    return ExitCode::usage;
  }
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    print_commands(console.out);
    return ExitCode::done;
  }
  if (first == "--version") {
    console.out << "ucready " << kVersion << '\n';
    return ExitCode::done;
  }
  const Command* const command = find_command(first);
  if (command == nullptr)
    return usage_error(console, fmt::format("'{}' is no command", first), "'ucready --help' lists them");
  return run_command(*command, {arguments.begin() + 1, arguments.end()}, console);
}

}  // namespace ucready::scanner
