// Line by line conversation, for the dialects that speak text before TLS.
#pragma once

#include <string>

#include "probes/transport.h"

namespace ucready::probes {

class Lines {
 public:
  explicit Lines(Transport& transport) : transport_(transport) {}

  // The next line without its end. At most 2 kB each and 200 of them, else `malformed`: nobody greets longer than that.
  asio::awaitable<Result<std::string>> next();
  asio::awaitable<Result<void>> send(std::string_view text);
  // Bytes came behind the last line: TLS must not be started over a stream that still talks (RFC 3207 section 4.2).
  [[nodiscard]] bool has_more() const { return !pending_.empty(); }

 private:
  Transport& transport_;
  std::string pending_;
  int lines_ = 0;
};

}  // namespace ucready::probes
