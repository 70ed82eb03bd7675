// Host names to addresses, through the system's resolver; each name is asked for once a run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <unordered_map>

#include "probes/transport.h"

namespace ucready::probes {

class NameResolver {
 public:
  explicit NameResolver(asio::io_context& context) : resolver_(context) {}

  // An IP address comes back in its canonical form (RFC 5952); of a name's addresses the first. Error: unreachable.
  asio::awaitable<Result<std::string>> resolve(std::string host);
  void cancel() { resolver_.cancel(); }

 private:
  asio::ip::tcp::resolver resolver_;
  std::unordered_map<std::string, Result<std::string>> known_;  // At most 100,000 names.
};

}  // namespace ucready::probes
