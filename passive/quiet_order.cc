#include "passive/quiet_order.h"

namespace ucready::passive {

void QuietOrder::touch(std::uint32_t number) {
  if (number == last_) return;
  remove(number);
  if (number >= links_.size()) links_.resize(number + std::size_t{1});
  links_[number] = {.before = last_, .after = kNone};
  (last_ == kNone ? first_ : links_[last_].after) = number;
  last_ = number;
}

void QuietOrder::remove(std::uint32_t number) {
  if (!holds(number)) return;
  const Link link = links_[number];
  links_[number] = {};
  (link.before == kNone ? first_ : links_[link.before].after) = link.after;
  (link.after == kNone ? last_ : links_[link.after].before) = link.before;
}

}  // namespace ucready::passive
