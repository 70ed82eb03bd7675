#include "connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "tds.h"

namespace ucready::lab {
namespace {

short wait_for(int fd, short events, std::chrono::milliseconds timeout) {
  pollfd waiting{fd, events, 0};
  return poll(&waiting, 1, static_cast<int>(timeout.count())) > 0 ? waiting.revents : short{0};
}

}  // namespace

Bytes Connection::receive(std::chrono::milliseconds timeout) {
  if (!framed_as_tds_) return receive_raw(timeout);
  for (;;) {
    if (auto payload = take_tds_payload(tds_); !payload.empty()) return payload;
    const auto more = receive_raw(timeout);
    if (more.empty()) return {};
    tds_.insert(tds_.end(), more.begin(), more.end());
  }
}

bool Connection::send(ByteView bytes) { return framed_as_tds_ ? send_raw(tds_packets(bytes)) : send_raw(bytes); }

Bytes Connection::receive_raw(std::chrono::milliseconds timeout) const {
  if (wait_for(fd_, POLLIN, timeout) == 0) return {};
  std::array<std::uint8_t, 16384> buffer{};
  const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return {};
  return {buffer.begin(), buffer.begin() + count};
}

bool Connection::send_raw(ByteView bytes) const {
  while (!bytes.empty()) {
    if (wait_for(fd_, POLLOUT, std::chrono::seconds(60)) == 0) return false;
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool Connection::pause(std::chrono::milliseconds time) { return wait_for(fd_, POLLRDHUP, time) == 0; }

void Connection::reset() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Connection::finish() {
  shutdown(fd_, SHUT_WR);
  for (std::size_t ignored = 0; ignored < 1'000'000;) {
    const auto bytes = receive(std::chrono::seconds(2));
    if (bytes.empty()) return;
    ignored += bytes.size();
  }
}

}  // namespace ucready::lab
