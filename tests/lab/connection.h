// One accepted connection, as the behaviours see it: blocking, with a limit on every wait. When the peer goes or the
// lab ends, every wait returns at once with nothing.
#pragma once

#include <chrono>
#include <string_view>

#include "core/bytes.h"
#include "served_interface.h"

namespace ucready::lab {

class Connection {
 public:
  Connection(int fd, const ServedInterface& served) : fd_(fd), served_(served) {}

  [[nodiscard]] const InterfaceSpec& spec() const { return *served_.spec; }
  [[nodiscard]] const ServedInterface& served() const { return served_; }

  // What is there, at least a byte; nothing after the timeout or at the connection's end.
  [[nodiscard]] Bytes receive(std::chrono::milliseconds timeout = std::chrono::seconds(20));
  // False: the peer has gone.
  bool send(ByteView bytes);
  bool send(std::string_view text) { return send(as_bytes(text)); }
  // False: the peer has gone.
  bool pause(std::chrono::milliseconds time);
  // From now on what is sent and received travels inside TDS packets, as TLS does during a handshake with MS-SQL.
  void frame_as_tds() { framed_as_tds_ = true; }
  // Ends with a TCP reset.
  void reset();
  // Ends in order: says so, then waits for the peer, since closing over unread bytes would be a reset that overtakes
  // what was sent last.
  void finish();

 private:
  [[nodiscard]] Bytes receive_raw(std::chrono::milliseconds timeout) const;
  [[nodiscard]] bool send_raw(ByteView bytes) const;

  int fd_;  // The listener closes it.
  const ServedInterface& served_;
  bool framed_as_tds_ = false;
  Bytes tds_;  // Received and not yet a whole packet.
};

}  // namespace ucready::lab
