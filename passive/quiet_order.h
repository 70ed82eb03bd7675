// Numbers in the order in which they were last heard of. Every change costs the same, however many there are.
#pragma once

#include <cstdint>
#include <vector>

namespace ucready::passive {

class QuietOrder {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // It was heard of now; one that was not in enters.
  void touch(std::uint32_t number);
  void remove(std::uint32_t number);  // One that is not in stays out.
  // That was not heard of longest; kNone: there are none.
  [[nodiscard]] std::uint32_t quietest() const { return first_; }

 private:
  struct Link {
    std::uint32_t before = kNone;
    std::uint32_t after = kNone;
  };
  [[nodiscard]] bool holds(std::uint32_t number) const {
    return number < links_.size() && (number == first_ || links_[number].before != kNone);
  }

  std::vector<Link> links_;  // By number.
  std::uint32_t first_ = kNone;
  std::uint32_t last_ = kNone;
};

}  // namespace ucready::passive
