// Questions to one interface go side by side, unless one of them must find out what an early end means: a server that
// hangs up on every second connection would answer two that take turns as if it refused the one and took the other.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "probes/transport.h"

namespace ucready::probes {

// Not thread-safe: all its coroutines run on one executor.
class Solitude {
  // Undoes what it stands for when it is destroyed; must not outlive the Solitude.
  template <void (Solitude::*leave)()>
  class Hold {
   public:
    explicit Hold(Solitude& owner) : owner_(&owner) {}
    Hold(Hold&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (owner_ != nullptr) (owner_->*leave)();
    }

   private:
    Solitude* owner_;
  };

  void leave_others() {
    --under_way_;
    wake_all();
  }
  void end() {
    alone_ = false;
    wake_all();
  }

 public:
  using Among = Hold<&Solitude::leave_others>;
  using Alone = Hold<&Solitude::end>;

  // Waits while somebody is alone; from then on one among others.
  asio::awaitable<Among> go_among_others();
  // Waits for all that are under way; while it is held nobody else begins.
  asio::awaitable<Alone> be_alone();

 private:
  asio::awaitable<void> wait();
  void wake_all() {
    if (news_) news_->cancel();
  }

  bool alone_ = false;
  int under_way_ = 0;
  std::optional<asio::steady_timer> news_;  // Never expires; cancelled to wake all. Made where somebody waits.
};

}  // namespace ucready::probes
