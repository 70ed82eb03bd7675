#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>

#include "scanner/program.h"

namespace {

int terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // A reader that left (ucready ... | head) is a write error, not a kill.
  ucready::scanner::Console console{.out = std::cout,
                                    .err = std::cerr,
                                    .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                    .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                    .columns = terminal_columns()};
  try {
    return static_cast<int>(ucready::scanner::run_program({argv + 1, argv + argc}, console));
  } catch (const std::exception& bug) {
    std::cerr << "ucready: this is a fault of the program: " << bug.what() << '\n';
    return 70;
  }
}
