#include "probes/name_resolver.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ucready::probes {

asio::awaitable<Result<std::string>> NameResolver::resolve(std::string host) {
  constexpr std::size_t kMostNames = 100'000;
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address(host, no_address);
  if (!no_address) co_return address.to_string();
  if (const auto known = known_.find(host); known != known_.end()) co_return known->second;

  const auto [error, found] = co_await resolver_.async_resolve(host, "", asio::as_tuple(asio::use_awaitable));
  Result<std::string> answer =
      fail(ErrorCode::unreachable, fmt::format("name {} does not resolve: {}", host, error.message()));
  if (!error && !found.empty()) answer = found.begin()->endpoint().address().to_string();
  if (known_.size() < kMostNames) known_.emplace(std::move(host), answer);
  co_return answer;
}

}  // namespace ucready::probes
