#include "probes/solitude.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ucready::probes {

asio::awaitable<Solitude::Among> Solitude::go_among_others() {
  while (alone_) co_await wait();
  ++under_way_;
  co_return Among(*this);
}

asio::awaitable<Solitude::Alone> Solitude::be_alone() {
  while (alone_) co_await wait();
  alone_ = true;
  Alone alone(*this);
  while (under_way_ > 0) co_await wait();
  co_return alone;
}

asio::awaitable<void> Solitude::wait() {
  if (!news_) news_.emplace(co_await asio::this_coro::executor, Clock::time_point::max());
  co_await news_->async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace ucready::probes
