#include "probes/deadlines.h"

namespace ucready::probes {

Deadlines::Place Deadlines::join(Watched& watched) {
  const Place place = watched_.insert(watched_.end(), &watched);
  if (!ticking_) {
    ticking_ = true;
    tick();
  }
  return place;
}

void Deadlines::leave(Place place) {
  watched_.erase(place);
  if (watched_.empty()) timer_.cancel();  // Nothing to look at: the event loop may end.
}

void Deadlines::tick() {
  timer_.expires_after(std::chrono::milliseconds(50));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (watched_.empty()) {
      ticking_ = false;
      return;
    }
    if (!error) {
      const Clock::time_point now = Clock::now();
      for (Watched* const watched : watched_) {
        if (watched->deadline() <= now) watched->expire();
      }
    }
    tick();
  });
}

}  // namespace ucready::probes
