#include "passive/timestamp.h"

#include <algorithm>
#include <limits>

namespace ucready::passive {

std::int64_t ns_since_epoch(std::int64_t seconds, std::uint64_t nanoseconds) {
  constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 2 / kNsPerSecond - 8;
  const std::int64_t bounded = std::clamp(seconds, -kMostSeconds, kMostSeconds);
  return bounded * kNsPerSecond + static_cast<std::int64_t>(std::min<std::uint64_t>(nanoseconds, 8 * kNsPerSecond - 1));
}

TimeUnit TimeUnit::of(std::uint8_t resolution, std::int64_t offset_seconds) {
  TimeUnit unit;
  unit.offset_seconds_ = offset_seconds;
  const unsigned exponent = resolution & 0x7fU;
  if ((resolution & 0x80U) != 0) {
    unit.per_second_ = exponent < 64 ? std::uint64_t{1} << exponent : 0;
    return unit;
  }
  constexpr unsigned kMostDecimal = 19;  // 10^19 is the last power of ten below 2^64.
  unit.per_second_ = exponent <= kMostDecimal ? 1 : 0;
  for (unsigned i = 0; i < exponent && exponent <= kMostDecimal; ++i) unit.per_second_ *= 10;
  return unit;
}

std::int64_t TimeUnit::to_ns(std::uint64_t ticks) const {
  if (per_second_ == 0) return ns_since_epoch(offset_seconds_, 0);
  const std::uint64_t seconds = ticks / per_second_;
  std::uint64_t fraction = ticks % per_second_;
  std::uint64_t unit = per_second_;
  // So that the multiplication below stays within 64 bits; what is lost is below a nanosecond.
  constexpr std::uint64_t kMostFine = std::uint64_t{1} << 34;
  while (unit > kMostFine) {
    unit /= 2;
    fraction /= 2;
  }
  const std::uint64_t nanoseconds = fraction * kNsPerSecond / unit;
  constexpr std::uint64_t kMostSeconds = std::numeric_limits<std::int64_t>::max();
  const auto whole = static_cast<std::int64_t>(std::min(seconds, kMostSeconds));
  std::int64_t sum = 0;
  if (__builtin_add_overflow(whole, offset_seconds_, &sum)) sum = offset_seconds_ < 0 ? -kNsPerSecond : whole;
  return ns_since_epoch(sum, nanoseconds);
}

}  // namespace ucready::passive
