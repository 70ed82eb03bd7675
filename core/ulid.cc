#include "core/ulid.h"

#include <cstdint>
#include <random>
#include <string_view>

namespace ucready {

std::string make_ulid() {
  constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  auto milliseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  std::random_device random;
  std::string text(26, '0');
  for (std::size_t i = 10; i-- > 0; milliseconds >>= 5) text[i] = kCrockford[milliseconds & 31];
  for (std::size_t i = 10; i < text.size(); ++i) text[i] = kCrockford[random() & 31];
  return text;
}

}  // namespace ucready
