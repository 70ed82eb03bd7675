#include "listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "connection.h"
#include "dialect.h"
#include "misbehaviour.h"
#include "tls_session.h"

namespace ucready::lab {
namespace {

constexpr int kMostAtOnce = 512;

int listen_on(const std::string& address, std::uint16_t port) {
  const auto refuse = [&](const char* what) {
    const int reason = errno;
    const char* const advice =
        reason == EACCES ? "; ports below 1024 need root or CAP_NET_BIND_SERVICE, or shift all ports with --port-offset"
                         : "";
    throw Trouble(fmt::format("{} {}:{}: {}{}", what, address, port, std::strerror(reason), advice));
  };
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) refuse("no socket for");
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  if (inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1) throw Trouble(fmt::format("{} is no address", address));
  if (bind(fd, std::bit_cast<const sockaddr*>(&name), sizeof name) != 0) refuse("cannot bind");
  if (listen(fd, 128) != 0) refuse("cannot listen on");
  return fd;
}

void converse(Connection& connection) {
  const auto& spec = connection.spec();
  if (!find_gate(spec.gate)->lets_in(connection.served().gate, std::chrono::steady_clock::now())) return;
  if (!find_dialect(spec.dialect)->start_tls(connection)) return connection.finish();
  if (!spec.behaviour.empty()) return find_misbehaviour(spec.behaviour)->perform(connection);
  serve_tls(connection, write_plainly, {});
}

}  // namespace

Listener::Listener(const ServedInterfaces& interfaces, Visitors& visitors)
    : interfaces_(interfaces), visitors_(visitors) {
  for (const auto& served : interfaces) listening_.push_back(listen_on(served->node->address, served->port));
}

Listener::~Listener() {
  acceptor_.request_stop();
  if (acceptor_.joinable()) acceptor_.join();
  for (const int fd : listening_) close(fd);
  visitors_.send_all_away();
  std::unique_lock lock(mutex_);
  one_less_.wait(lock, [&] { return serving_ == 0; });
}

void Listener::start() {
  acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_until(stop); });
}

void Listener::accept_until(const std::stop_token& stop) {
  std::vector<pollfd> waiting;
  for (const int fd : listening_) waiting.push_back({fd, POLLIN, 0});
  while (!stop.stop_requested()) {
    if (poll(waiting.data(), waiting.size(), 100) <= 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if ((waiting[i].revents & POLLIN) != 0) accept_one(waiting[i].fd, *interfaces_[i]);
    }
  }
}

void Listener::accept_one(int listening, const ServedInterface& served) {
  {
    std::unique_lock lock(mutex_);
    if (!one_less_.wait_for(lock, std::chrono::milliseconds(100), [&] { return serving_ < kMostAtOnce; })) return;
    ++serving_;
  }
  const int fd = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) {
    visitors_.came(served.node->address, served.port, fd);
    std::thread([this, fd, &served] { serve(fd, served); }).detach();
    return;
  }
  const std::lock_guard lock(mutex_);
  --serving_;
}

void Listener::serve(int fd, const ServedInterface& served) {
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  Connection connection(fd, served);
  converse(connection);
  visitors_.left(served.node->address, fd);
  close(fd);
  OPENSSL_thread_stop();
  const std::lock_guard lock(mutex_);
  --serving_;
  one_less_.notify_all();
}

}  // namespace ucready::lab
