#include "probes/pacer.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <vector>

namespace ucready::probes {
namespace {

using std::chrono::milliseconds;

// Watches what the hosts see: how many at once, and when each one began.
struct Watch {
  int now = 0;
  int most = 0;
  std::map<std::string, int> now_at;
  std::map<std::string, int> most_at;
  std::map<std::string, std::vector<Clock::time_point>> starts;
};

asio::awaitable<void> visit(Pacer& pacer, std::string host, milliseconds stay, Watch& watch) {
  const Pacer::Permit permit = co_await pacer.acquire(host);
  watch.most = std::max(watch.most, ++watch.now);
  watch.most_at[host] = std::max(watch.most_at[host], ++watch.now_at[host]);
  watch.starts[host].push_back(Clock::now());
  asio::steady_timer timer(co_await asio::this_coro::executor, stay);
  co_await timer.async_wait(asio::use_awaitable);
  --watch.now;
  --watch.now_at[host];
}

TEST(Pacer, HoldsTheLimitsInAllAndPerHost) {
  asio::io_context context{1};
  Pacer pacer(context.get_executor(), {.concurrency = 5, .per_host = 2, .rate_per_s = 1000});
  Watch watch;
  for (int i = 0; i < 60; ++i) {
    asio::co_spawn(context, visit(pacer, "host-" + std::to_string(i % 6), milliseconds(2), watch), asio::detached);
  }
  context.run();
  EXPECT_EQ(watch.most, 5);
  for (const auto& [host, most] : watch.most_at) {
    EXPECT_LE(most, 2) << host;
    EXPECT_EQ(watch.starts[host].size(), 10U) << host;
  }
  EXPECT_EQ(pacer.active(), 0);
}

asio::awaitable<void> look_for_room(Pacer& pacer, int held, std::optional<bool>& plenty) {
  { const Pacer::Permit before = co_await pacer.acquire("h"); }
  std::vector<Pacer::Permit> permits;
  for (int i = 0; i < held; ++i) permits.push_back(co_await pacer.acquire("h"));
  asio::steady_timer timer(co_await asio::this_coro::executor, milliseconds(2));
  co_await timer.async_wait(asio::use_awaitable);
  plenty = pacer.has_plenty_of_room("h");
}

TEST(Pacer, HasPlentyOfRoomWhereTwoMoreWouldHoldUpNobody) {
  const auto plenty = [](int per_host, int held) {
    asio::io_context context{1};
    Pacer pacer(context.get_executor(), {.concurrency = 50, .per_host = per_host, .rate_per_s = 100'000});
    std::optional<bool> answer;
    asio::co_spawn(context, look_for_room(pacer, held, answer), asio::detached);
    context.run();
    return answer.value();
  };
  EXPECT_FALSE(plenty(2, 0)) << "with the defaults never";
  EXPECT_TRUE(plenty(3, 0));
  EXPECT_TRUE(plenty(6, 1));
  EXPECT_TRUE(plenty(6, 3));
  EXPECT_FALSE(plenty(6, 4));
}

TEST(Pacer, SpacesNewConnectionsToOneHost) {
  asio::io_context context{1};
  Pacer pacer(context.get_executor(), {.concurrency = 50, .per_host = 50, .rate_per_s = 100});
  Watch watch;
  for (int i = 0; i < 20; ++i) asio::co_spawn(context, visit(pacer, "h", milliseconds(1), watch), asio::detached);
  context.run();
  const auto& starts = watch.starts["h"];
  ASSERT_EQ(starts.size(), 20U);
  for (std::size_t i = 1; i < starts.size(); ++i) EXPECT_GE(starts[i] - starts[i - 1], milliseconds(10));
}

TEST(Pacer, AWaitingHostHoldsUpNobodyElse) {
  asio::io_context context{1};
  Pacer pacer(context.get_executor(), {.concurrency = 1, .per_host = 2, .rate_per_s = 5});
  Watch watch;
  for (int i = 0; i < 3; ++i) asio::co_spawn(context, visit(pacer, "slow", milliseconds(0), watch), asio::detached);
  for (int i = 0; i < 30; ++i) {
    asio::co_spawn(context, visit(pacer, "quick-" + std::to_string(i), milliseconds(0), watch), asio::detached);
  }
  context.run();
  for (int i = 0; i < 30; ++i) EXPECT_LT(watch.starts["quick-" + std::to_string(i)].at(0), watch.starts["slow"].at(1));
}

TEST(Pacer, SlowsAHostDownAndLetsItRecover) {
  asio::io_context context{1};
  Pacer pacer(context.get_executor(), {.rate_per_s = 1000, .slow_interval = milliseconds(40)});
  Watch watch;
  const auto visit_again = [&] {
    for (int i = 0; i < 3; ++i) asio::co_spawn(context, visit(pacer, "h", milliseconds(0), watch), asio::detached);
    context.run();
    context.restart();
  };
  pacer.slow_down("h");
  visit_again();
  EXPECT_GE(watch.starts["h"][1] - watch.starts["h"][0], milliseconds(40));
  EXPECT_GE(watch.starts["h"][2] - watch.starts["h"][1], milliseconds(40));
  pacer.restore_pace("h");
  watch.starts.clear();
  visit_again();
  EXPECT_LT(watch.starts["h"][2] - watch.starts["h"][1], milliseconds(40));
}

TEST(Pacer, TakesStockOfHostsThatWereThereBefore) {
  asio::io_context context{1};
  Pacer pacer(context.get_executor(), {.concurrency = 50, .per_host = 50, .rate_per_s = 100'000});
  Watch watch;
  const auto visits = [&](const char* host, int count) {
    for (int i = 0; i < count; ++i) {
      asio::co_spawn(context, visit(pacer, host, milliseconds(1), watch), asio::detached);
    }
    context.restart();
    context.run();
  };
  const auto stock = [&] {
    const Stock taken = pacer.take_stock();
    return std::pair(taken.before, taken.now);
  };
  visits("a", 5);
  visits("b", 3);
  EXPECT_EQ(stock(), std::pair(0U, 0U));
  visits("a", 2);
  visits("new", 7);
  EXPECT_EQ(stock(), std::pair(5U, 2U));
  visits("b", 4);  // It paused: its stretch before holds nothing.
  EXPECT_EQ(stock(), std::pair(0U, 0U));
}

TEST(Pacer, WaitsForTheWindowToOpen) {
  asio::io_context context{1};
  const Clock::time_point opens = Clock::now() + milliseconds(60);
  Pacer pacer(context.get_executor(), {.rate_per_s = 1000},
              [&] { return std::max<Clock::duration>(Clock::duration::zero(), opens - Clock::now()); });
  Watch watch;
  asio::co_spawn(context, visit(pacer, "h", milliseconds(0), watch), asio::detached);
  context.run();
  EXPECT_GE(watch.starts["h"].at(0), opens);
}

}  // namespace
}  // namespace ucready::probes
