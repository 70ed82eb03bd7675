// The units in which capture files count time.
#pragma once

#include <cstdint>

namespace ucready::passive {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

// Saturates in the year 2116, and as far before 1970: times beyond are damage, and the difference of any two fits.
std::int64_t ns_since_epoch(std::int64_t seconds, std::uint64_t nanoseconds);

// How a pcapng interface counts (draft-ietf-opsawg-pcapng section 4.2, if_tsresol and if_tsoffset).
class TimeUnit {
 public:
  TimeUnit() = default;  // Microseconds.
  // The high bit of the resolution chooses the base: 10^-n or 2^-n seconds.
  static TimeUnit of(std::uint8_t resolution, std::int64_t offset_seconds);

  [[nodiscard]] std::int64_t to_ns(std::uint64_t ticks) const;

 private:
  std::uint64_t per_second_ = 1'000'000;  // 0: so many that 64 bits of them are less than a second.
  std::int64_t offset_seconds_ = 0;
};

}  // namespace ucready::passive
