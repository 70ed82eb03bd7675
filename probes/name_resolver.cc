#include "probes/name_resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ucready::probes {

std::vector<std::string> addresses_to_try(std::span<const asio::ip::address> found) {
  constexpr std::size_t kMost = 4;
  std::vector<asio::ip::address> left;
  for (const asio::ip::address& address : found) {
    if (std::ranges::count(left, address) == 0) left.push_back(address);
  }
  std::vector<std::string> order;
  bool v6 = !left.empty() && left.front().is_v6();
  while (!left.empty() && order.size() < kMost) {
    auto next = std::ranges::find(left, v6, &asio::ip::address::is_v6);
    if (next == left.end()) next = left.begin();
    order.push_back(next->to_string());
    left.erase(next);
    v6 = !v6;
  }
  return order;
}

asio::awaitable<Result<std::vector<std::string>>> NameResolver::resolve(std::string host) {
  constexpr std::size_t kMostNames = 100'000;
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address(host, no_address);
  if (!no_address) co_return std::vector{address.to_string()};
  if (const auto known = known_.find(host); known != known_.end()) co_return known->second;

  const auto [error, found] = co_await resolver_.async_resolve(host, "", asio::as_tuple(asio::use_awaitable));
  Result<std::vector<std::string>> answer =
      fail(ErrorCode::unreachable, fmt::format("name {} does not resolve: {}", host, error.message()));
  if (!error && !found.empty()) {
    std::vector<asio::ip::address> addresses;
    for (const auto& entry : found) addresses.push_back(entry.endpoint().address());
    answer = addresses_to_try(addresses);
  }
  if (known_.size() < kMostNames) known_.emplace(std::move(host), answer);
  co_return answer;
}

}  // namespace ucready::probes
