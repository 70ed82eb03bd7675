// How many connections there may be and how fast new ones may come: in all, and to each host. Phones and SIP servers
// are fragile, and intrusion protection bans the hasty.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "probes/growth.h"
#include "probes/transport.h"

namespace ucready::probes {

struct Limits {
  int concurrency = 500;                                    // Connections at once in all.
  int per_host = 2;                                         // To one address.
  double rate_per_s = 10;                                   // New ones to one address.
  Clock::duration slow_interval = std::chrono::seconds(2);  // Between new ones to a host that was slowed down.
};

// Not thread-safe: all its coroutines run on one executor.
class Pacer {
 public:
  // `opens` tells how long to wait until the time window opens; zero inside it. Empty: always open.
  Pacer(asio::any_io_executor executor, const Limits& limits, std::function<Clock::duration()> opens = {});

  // Holds one place until destroyed; must not outlive the pacer.
  class Permit {
   public:
    Permit(Pacer& pacer, std::string host) : pacer_(&pacer), host_(std::move(host)) {}
    Permit(Permit&& other) noexcept : pacer_(std::exchange(other.pacer_, nullptr)), host_(std::move(other.host_)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (pacer_ != nullptr) pacer_->release(host_);
    }

   private:
    Pacer* pacer_;
    std::string host_;
  };

  asio::awaitable<Permit> acquire(std::string host);
  // Two more could start at once and a third one would still find a place.
  [[nodiscard]] bool has_plenty_of_room(const std::string& host) const;
  void slow_down(const std::string& host);
  void restore_pace(const std::string& host);
  [[nodiscard]] int active() const { return active_; }
  // Of the stretch of time that ends now; the next one begins.
  Stock take_stock();

 private:
  using Waiters = std::deque<std::shared_ptr<asio::steady_timer>>;
  struct Host {
    int active = 0;
    int users = 0;  // Coroutines between acquire and release; at zero a host at its usual pace is forgotten.
    bool slow = false;
    std::uint64_t stretch = 0;  // In which a connection ended last,
    std::uint32_t ended = 0;    // how many did in it,
    std::uint32_t before = 0;   // and in the one before.
    Clock::time_point next_start{};
    Waiters waiters;
  };

  asio::awaitable<void> wait_in(Waiters& waiters);
  static void wake_one(Waiters& waiters);
  void release(const std::string& host);
  void count_end(Host& host);
  void forget_idle(const std::string& name, const Host& host);

  asio::any_io_executor executor_;
  Limits limits_;
  Clock::duration interval_;
  std::function<Clock::duration()> opens_;
  int active_ = 0;
  std::uint64_t stretch_ = 1;
  Stock stock_;
  Waiters waiters_;
  std::unordered_map<std::string, Host> hosts_;
};

}  // namespace ucready::probes
