#include "passive/capture_clock.h"

#include <algorithm>

namespace ucready::passive {

void CaptureClock::take_strange(std::int64_t time_ns) {
  if (!started_) {
    started_ = true;
    now_ns_ = time_ns;
    return;
  }
  const bool forward = time_ns > now_ns_;
  if (witnesses_ == 0 || forward != forward_) {
    forward_ = forward;
    witnesses_ = 0;
    claimed_ns_ = time_ns;
  }
  claimed_ns_ = forward ? std::min(claimed_ns_, time_ns) : std::max(claimed_ns_, time_ns);
  if (++witnesses_ < kWitnesses) return;
  witnesses_ = 0;
  before_step_ns_ = now_ns_;
  now_ns_ = claimed_ns_;
}

}  // namespace ucready::passive
