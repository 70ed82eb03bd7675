// What time it is in a capture. It follows the packets, but not one that claims to come from another day: a step of
// more than half a minute, forward or back, is taken once several packets in a row bear it out.
#pragma once

#include <cstdint>
#include <limits>

namespace ucready::passive {

class CaptureClock {
 public:
  // A packet's time; gives what time it is then.
  std::int64_t take(std::int64_t time_ns) {
    const std::int64_t ahead = time_ns - now_ns_;  // It fits: see ns_since_epoch().
    if (ahead >= -kStepNs && ahead <= kStepNs && started_) {
      witnesses_ = 0;
      if (ahead > 0) now_ns_ = time_ns;
    } else {
      take_strange(time_ns);
    }
    return now_ns_;
  }

  // When it stood still before its last step; the lowest of all times where it made none.
  [[nodiscard]] std::int64_t before_step_ns() const { return before_step_ns_; }

 private:
  static constexpr std::int64_t kStepNs = 30'000'000'000;
  static constexpr int kWitnesses = 8;

  void take_strange(std::int64_t time_ns);

  bool started_ = false;
  bool forward_ = true;  // Of the step that is claimed.
  int witnesses_ = 0;
  std::int64_t claimed_ns_ = 0;  // The shortest step that all witnesses agree to.
  std::int64_t now_ns_ = 0;
  std::int64_t before_step_ns_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace ucready::passive
