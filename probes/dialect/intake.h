// Bytes of an answer whose end only its reader can tell, for the dialects that are no lines of text.
#pragma once

#include "probes/transport.h"

namespace ucready::probes {

class Intake {
 public:
  static constexpr std::size_t kMostBytes = 64 * 1024;

  explicit Intake(Transport& transport) : transport_(transport) {}

  // Waits for some more. `malformed` beyond 64 kB in all: nobody needs that many to say whether there is TLS.
  asio::awaitable<Result<void>> more();
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  void drop(std::size_t count);

 private:
  Transport& transport_;
  Bytes bytes_;
  std::size_t total_ = 0;
};

}  // namespace ucready::probes
