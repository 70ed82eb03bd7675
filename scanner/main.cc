#include <malloc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>

#include "scanner/program.h"
#include "scanner/standard_output.h"

namespace {

int terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

// SQLite frees hundreds of kilobytes after each rule that it compiled and takes it again for the next one. By default
// the C library gives it back to the system in between, which clears the same pages anew each time.
void keep_some_free_memory() {
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);  // Where the C library would come to by itself; after the line above it does not.
}

}  // namespace

int main(int argc, char** argv) {
  keep_some_free_memory();
  std::signal(SIGPIPE, SIG_IGN);  // A reader that left (ucready ... | head) ends no scan.
  ucready::scanner::OutputToReader standard_output(STDOUT_FILENO);
  std::ostream out(&standard_output);
  std::cerr.tie(&out);  // On a terminal, what was told before a trouble stands before it.
  ucready::scanner::Console console{.out = out,
                                    .err = std::cerr,
                                    .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                    .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                    .columns = terminal_columns()};
  using ucready::scanner::ExitCode;
  try {
    ExitCode code = ucready::scanner::run_program({argv + 1, argv + argc}, console);
    if (!out.flush() && code == ExitCode::done) {
      std::cerr << "ucready: standard output cannot be written: is the disk full?\n";
      code = ExitCode::partly;
    }
    std::cerr.tie(nullptr);  // It outlives `out`.
    return static_cast<int>(code);
  } catch (const std::exception& bug) {
    std::cerr << "ucready: this is a fault of the program: " << bug.what() << '\n';
    std::cerr.tie(nullptr);
    return 70;
  }
}
