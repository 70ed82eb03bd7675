// Ends what takes too long. One timer looks at all open connections twenty times a second; a timer for each would cost
// more than a probe's own work.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <list>

#include "probes/transport.h"

namespace ucready::probes {

class Deadlines {
 public:
  explicit Deadlines(const asio::any_io_executor& executor) : timer_(executor) {}

  class Watched {
   public:
    virtual ~Watched() = default;
    [[nodiscard]] virtual Clock::time_point deadline() const = 0;
    virtual void expire() = 0;
  };
  using Place = std::list<Watched*>::iterator;

  // Until leave(); the watched must not go before.
  Place join(Watched& watched);
  void leave(Place place);

 private:
  void tick();

  asio::steady_timer timer_;
  std::list<Watched*> watched_;
  bool ticking_ = false;
};

}  // namespace ucready::probes
