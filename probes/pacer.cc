#include "probes/pacer.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ucready::probes {
namespace {

// Five in a hundred slower than asked: what leaves here evenly spaced arrives a little bunched, and the promise is
// about what the host sees.
Clock::duration spacing(double rate_per_s) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.05 / rate_per_s));
}

constexpr std::size_t kMostIdleHosts = 100'000;

}  // namespace

Pacer::Pacer(asio::any_io_executor executor, const Limits& limits, std::function<Clock::duration()> opens)
    : executor_(std::move(executor)),
      limits_(limits),
      interval_(spacing(limits.rate_per_s)),
      opens_(std::move(opens)) {}

asio::awaitable<Pacer::Permit> Pacer::acquire(std::string name) {
  Host& host = hosts_[name];  // Stays in place: unordered_map keeps addresses, and `users` keeps the entry.
  ++host.users;
  while (host.active >= limits_.per_host) co_await wait_in(host.waiters);
  ++host.active;
  // The place among all is taken last and given back while the host must be waited for, so that slow hosts hold up
  // nobody.
  for (;;) {
    const Clock::duration closed_for = opens_ ? opens_() : Clock::duration::zero();
    const Clock::time_point start = std::max(host.next_start, Clock::now() + closed_for);
    if (start > Clock::now()) {
      if (active_ < limits_.concurrency) wake_one(waiters_);  // A place that this one was woken for is for another.
      asio::steady_timer timer(executor_, start);
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    if (active_ < limits_.concurrency) break;
    co_await wait_in(waiters_);
  }
  ++active_;
  host.next_start = Clock::now() + (host.slow ? limits_.slow_interval : interval_);
  co_return Permit(*this, std::move(name));
}

bool Pacer::has_plenty_of_room(const std::string& name) const {
  const auto found = hosts_.find(name);
  if (found == hosts_.end()) return false;
  const Host& host = found->second;
  const bool closed = opens_ && opens_() > Clock::duration::zero();
  return host.active + 3 <= limits_.per_host && active_ + 3 <= limits_.concurrency && !host.slow && !closed &&
         host.next_start <= Clock::now();
}

asio::awaitable<void> Pacer::wait_in(Waiters& waiters) {
  const auto timer = std::make_shared<asio::steady_timer>(executor_, Clock::time_point::max());
  waiters.push_back(timer);
  co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  std::erase(waiters, timer);
}

void Pacer::wake_one(Waiters& waiters) {
  if (waiters.empty()) return;
  waiters.front()->cancel();
  waiters.pop_front();
}

void Pacer::release(const std::string& name) {
  const auto found = hosts_.find(name);
  --active_;
  --found->second.active;
  --found->second.users;
  count_end(found->second);
  wake_one(found->second.waiters);
  wake_one(waiters_);
  forget_idle(name, found->second);
}

void Pacer::count_end(Host& host) {
  if (host.stretch != stretch_) {
    host.before = host.stretch + 1 == stretch_ ? host.ended : 0;
    host.ended = 0;
    host.stretch = stretch_;
    stock_.before += host.before;
  }
  ++host.ended;
  if (host.before > 0) ++stock_.now;
}

Stock Pacer::take_stock() {
  ++stretch_;
  return std::exchange(stock_, {});
}

void Pacer::forget_idle(const std::string& name, const Host& host) {
  if (host.users == 0 && !host.slow && hosts_.size() > kMostIdleHosts && host.next_start <= Clock::now()) {
    hosts_.erase(name);
  }
}

void Pacer::slow_down(const std::string& name) {
  Host& host = hosts_[name];
  host.slow = true;
  host.next_start = std::max(host.next_start, Clock::now() + limits_.slow_interval);
}

void Pacer::restore_pace(const std::string& name) { hosts_[name].slow = false; }

}  // namespace ucready::probes
