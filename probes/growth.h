// How many interfaces to ask at the same time. More of them cost memory, and time too, once this machine or what stands
// before the servers is as busy as it gets: then each host is only answered later. So more are let in as long as those
// that are there get on as fast as before.
#pragma once

#include <algorithm>
#include <cstdint>

namespace ucready::probes {

// What the hosts did in one stretch of time that also did something in the stretch before: connections ended.
struct Stock {
  std::uint32_t before = 0;
  std::uint32_t now = 0;
};

class Growth {
 public:
  static constexpr int kLeast = 32;

  explicit Growth(int most) : most_(std::max(1, most)), allowed_(std::min(kLeast, most_)) {}

  [[nodiscard]] int allowed() const { return allowed_; }
  // At the end of each stretch.
  void look(const Stock& stock);

 private:
  int most_;
  int allowed_;
  int wait_ = 0;  // Stretches until more are tried again.
};

}  // namespace ucready::probes
