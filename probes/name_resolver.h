// Host names to addresses, through the system's resolver; each name is asked for once a run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "probes/transport.h"

namespace ucready::probes {

class NameResolver {
 public:
  explicit NameResolver(asio::io_context& context) : resolver_(context) {}

  // An IP address comes back in its canonical form (RFC 5952), a name as its addresses_to_try(). Error: unreachable.
  asio::awaitable<Result<std::vector<std::string>>> resolve(std::string host);
  void cancel() { resolver_.cancel(); }

 private:
  asio::ip::tcp::resolver resolver_;
  std::unordered_map<std::string, Result<std::vector<std::string>>> known_;  // At most 100,000 names.
};

// Of a name's addresses, each once and at most four, by turns of the one family and the other (RFC 8305 section 4), so
// that a host without a way to the one is soon asked over the other.
std::vector<std::string> addresses_to_try(std::span<const asio::ip::address> found);

}  // namespace ucready::probes
