#include "daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <thread>

#include "trouble.h"

namespace ucready::lab {
namespace {

struct Process {
  pid_t pid = 0;
  std::string started;  // Clock ticks since the machine's start.

  bool operator==(const Process&) const = default;
};

// Field 22 of /proc/PID/stat; the second one, the name in parentheses, may hold blanks. A dead child not yet waited for
// (state Z) is no process any more.
std::optional<Process> process(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  const std::array<std::string, 20> from_third = [&] {
    std::array<std::string, 20> read;
    for (auto& field : read) fields >> field;
    return read;
  }();
  if (from_third[0] == "Z") return std::nullopt;
  return Process{pid, from_third[19]};
}

std::optional<Process> running(const std::filesystem::path& pid_file) {
  std::ifstream file(pid_file);
  Process noted;
  if (!(file >> noted.pid >> noted.started) || noted.pid <= 1) return std::nullopt;
  const auto found = process(noted.pid);
  return found == noted ? found : std::nullopt;
}

}  // namespace

Daemon::Daemon(const std::filesystem::path& log) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Trouble("no pipe");
  const pid_t child = fork();
  if (child < 0) throw Trouble("cannot fork");
  if (child > 0) {
    close(ends[1]);
    char said = 0;
    if (read(ends[0], &said, 1) == 1) {
      std::puts("ready");
      std::fflush(stdout);
      std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::_Exit(WIFEXITED(status) ? WEXITSTATUS(status) : 2);
  }
  close(ends[0]);
  to_parent_ = ends[1];
  setsid();
  const int quiet = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(quiet, STDIN_FILENO);
  dup2(quiet, STDOUT_FILENO);
  log_ = log;
}

void Daemon::ready() {
  // Until now errors went to the terminal that waits; from now on there may be none.
  const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log >= 0) dup2(log, STDERR_FILENO);
  if (write(to_parent_, "r", 1) != 1) throw Trouble("nobody waits for the lab");
  close(to_parent_);
}

void write_pid_file(const std::filesystem::path& file) {
  const auto self = process(getpid());
  if (!self) throw Trouble("/proc is not there");
  std::ofstream(file) << self->pid << ' ' << self->started << '\n';
}

bool is_running(const std::filesystem::path& pid_file) { return running(pid_file).has_value(); }

bool stop_running(const std::filesystem::path& pid_file) {
  const auto found = running(pid_file);
  if (!found) return false;
  kill(found->pid, SIGTERM);
  for (int i = 0; i < 200; ++i) {
    if (!running(pid_file)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw Trouble(fmt::format("process {} does not end", found->pid));
}

}  // namespace ucready::lab
