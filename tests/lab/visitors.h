// Who is connected where, and how gently they came: counted per address, so that a test can hold a scanner to its
// limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace ucready::lab {

class Visitors {
 public:
  void came(const std::string& address, std::uint16_t port, int fd);
  void left(const std::string& address, int fd);
  // Every wait on their sockets ends.
  void send_all_away();

  [[nodiscard]] std::size_t present() const;
  void write_statistics(const std::filesystem::path& file) const;

 private:
  struct Host {
    std::set<int> present;
    std::deque<std::chrono::steady_clock::time_point> last_second;
    std::map<std::uint16_t, std::uint64_t> connections_by_port;
    std::uint64_t connections = 0;
    std::size_t most_at_once = 0;
    std::size_t most_in_a_second = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Host> hosts_;
};

}  // namespace ucready::lab
