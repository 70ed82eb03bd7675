// The lab in the background: who it is, whether it runs, and how it is ended.
#pragma once

#include <filesystem>
#include <string>

namespace ucready::lab {

// Forks. The parent waits until the child says ready() or ends, and never returns from here; the child does.
class Daemon {
 public:
  explicit Daemon(const std::filesystem::path& log);
  void ready();

 private:
  int to_parent_ = -1;
  std::filesystem::path log_;
};

// A process by its number and the moment it started: a number alone may be somebody else's by now.
void write_pid_file(const std::filesystem::path& file);
bool is_running(const std::filesystem::path& pid_file);
// Asks the lab to end and waits until it has. False: none was running.
bool stop_running(const std::filesystem::path& pid_file);

}  // namespace ucready::lab
