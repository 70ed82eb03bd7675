#include "visitors.h"

#include <poll.h>
#include <sys/socket.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace ucready::lab {
namespace {

// A connection that its client has ended no longer counts, even where the lab has not noticed yet.
bool still_there(int fd) {
  pollfd state{fd, POLLRDHUP, 0};
  return poll(&state, 1, 0) == 0;
}

}  // namespace

void Visitors::came(const std::string& address, std::uint16_t port, int fd) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  Host& host = hosts_[address];
  ++host.connections;
  ++host.connections_by_port[port];
  host.present.insert(fd);
  std::size_t at_once = 0;
  for (const int other : host.present) at_once += other == fd || still_there(other) ? 1 : 0;
  host.most_at_once = std::max(host.most_at_once, at_once);
  host.last_second.push_back(now);
  while (now - host.last_second.front() > std::chrono::seconds(1)) host.last_second.pop_front();
  host.most_in_a_second = std::max(host.most_in_a_second, host.last_second.size());
}

void Visitors::left(const std::string& address, int fd) {
  const std::lock_guard lock(mutex_);
  hosts_[address].present.erase(fd);
}

void Visitors::send_all_away() {
  const std::lock_guard lock(mutex_);
  for (const auto& [address, host] : hosts_) {
    for (const int fd : host.present) shutdown(fd, SHUT_RDWR);
  }
}

std::size_t Visitors::present() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& [address, host] : hosts_) count += host.present.size();
  return count;
}

void Visitors::write_statistics(const std::filesystem::path& file) const {
  auto addresses = nlohmann::json::object();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [address, host] : hosts_) {
      auto ports = nlohmann::json::object();
      for (const auto& [port, count] : host.connections_by_port) ports[std::to_string(port)] = count;
      addresses[address] = {{"connections", host.connections},
                            {"most_at_once", host.most_at_once},
                            {"most_in_a_second", host.most_in_a_second},
                            {"connections_by_port", ports}};
    }
  }
  // Renamed into place, so that a reader never sees half of it.
  auto fresh = file;
  fresh += ".new";
  std::ofstream(fresh) << nlohmann::json{{"addresses", addresses}}.dump(2) << '\n';
  std::filesystem::rename(fresh, file);
}

}  // namespace ucready::lab
