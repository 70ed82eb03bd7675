// Any two lines as releases, by every rule: reading ends, and the order between what was read is an order.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/bytes.h"
#include "upgrade/release.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ucready::upgrade::parse_release;
  using ucready::upgrade::ReleaseRule;
  const std::string_view text = ucready::as_text({data, size});
  const std::string_view first = text.substr(0, text.find('\n'));
  const std::string_view second = first.size() < text.size() ? text.substr(first.size() + 1) : std::string_view{};
  for (const auto rule : {ReleaseRule::vos, ReleaseRule::expressway, ReleaseRule::ios_xe, ReleaseRule::dotted}) {
    const auto a = parse_release(rule, first);
    const auto b = parse_release(rule, second);
    if (!a || !b) continue;
    if (a->rank.size() != b->rank.size()) std::abort();
    if ((*a < *b) + (*b < *a) + (*a == *b) != 1) std::abort();
  }
  return 0;
}
