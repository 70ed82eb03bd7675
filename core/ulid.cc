#include "core/ulid.h"

#include <cstdint>
#include <mutex>
#include <random>
#include <string_view>

namespace ucready {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kTimeDigits = 10;

// The next one of the same millisecond: counted up from its last digit.
std::string after(std::string text) {
  for (std::size_t i = text.size(); i-- > kTimeDigits;) {
    const std::size_t digit = kCrockford.find(text[i]);
    text[i] = kCrockford[(digit + 1) % kCrockford.size()];
    if (digit + 1 < kCrockford.size()) break;
  }
  return text;
}

}  // namespace

std::string make_ulid() {
  static std::mutex mutex;
  static std::string last;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  std::random_device random;
  std::string text(26, '0');
  for (std::size_t i = kTimeDigits; i-- > 0; milliseconds >>= 5) text[i] = kCrockford[milliseconds & 31];
  for (std::size_t i = kTimeDigits; i < text.size(); ++i) text[i] = kCrockford[random() & 31];
  const std::lock_guard lock(mutex);
  if (text.compare(0, kTimeDigits, last, 0, kTimeDigits) <= 0) text = after(last);
  last = text;
  return text;
}

}  // namespace ucready
