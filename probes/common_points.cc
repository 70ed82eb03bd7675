#include "probes/common_points.h"

#include <algorithm>
#include <array>

namespace ucready::probes {
namespace {

using tls::Authentication;
using tls::Group;
using tls::SignatureScheme;

constexpr std::array kGroups = {Group{0x001d}, Group{0x0017}, Group{0x0018}};
constexpr std::array kSchemes = {SignatureScheme{0x0804}, SignatureScheme{0x0805}, SignatureScheme{0x0806},
                                 SignatureScheme{0x0401}, SignatureScheme{0x0501}, SignatureScheme{0x0601},
                                 SignatureScheme{0x0403}, SignatureScheme{0x0503}, SignatureScheme{0x0603}};
constexpr std::array kOldSchemes = {SignatureScheme{0x0301}, SignatureScheme{0x0201}, SignatureScheme{0x0303},
                                    SignatureScheme{0x0203}};

template <typename Point>
bool lacks(const std::vector<Point>& seen, Point point) {
  return std::ranges::find(seen, point) == seen.end();
}

}  // namespace

bool more_groups_likely(const std::vector<Group>& seen) {
  return std::ranges::any_of(kGroups, [&](Group group) { return lacks(seen, group); });
}

bool more_schemes_likely(Authentication key, const std::vector<SignatureScheme>& seen, Hashes hashes) {
  const auto missing = [&](SignatureScheme scheme) { return signs(key, scheme) && lacks(seen, scheme); };
  return std::ranges::any_of(kSchemes, missing) ||
         (hashes == Hashes::old_too && std::ranges::any_of(kOldSchemes, missing));
}

bool more_modern_schemes_likely(const std::vector<SignatureScheme>& seen) {
  constexpr std::array kPss = {SignatureScheme{0x0804}, SignatureScheme{0x0805}, SignatureScheme{0x0806}};
  return !seen.empty() && std::ranges::any_of(kPss, [&](SignatureScheme scheme) { return lacks(seen, scheme); });
}

// RFC 8446 section 4.2.3; up to 0x06.. the low byte is the kind of key (RFC 5246 section 7.4.1.4.1).
bool signs(Authentication key, SignatureScheme scheme) {
  const bool old = scheme.value < 0x0700;
  const auto low = scheme.value & 0xffU;
  if (key == Authentication::rsa) return old ? low == 1 : scheme.value >= 0x0804 && scheme.value <= 0x0806;
  if (key == Authentication::ecdsa) return old ? low == 3 : scheme.value >= 0x081a && scheme.value <= 0x081c;
  return false;
}

}  // namespace ucready::probes
