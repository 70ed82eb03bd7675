#include "upgrade/told_release.h"

#include <algorithm>

namespace ucready::upgrade {
namespace {

// Groups of digits: "X14.3.7" has three.
std::size_t numbers_in(std::string_view text) {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !inside) ++count;
    inside = digit;
  }
  return count;
}

bool same_beginning(const Release& one, const Release& other, std::size_t numbers) {
  numbers = std::min({numbers, one.rank.size(), other.rank.size()});
  return std::equal(one.rank.begin(), one.rank.begin() + static_cast<std::ptrdiff_t>(numbers), other.rank.begin());
}

// Of a VOS system's own numbers three say the version, and the fourth the build, which is the update.
constexpr std::size_t kVosVersion = 3;
constexpr std::size_t kUsual = 3;  // Numbers of a release of the other makers' rules.

}  // namespace

bool names_one_release(const Product& product, std::string_view told) {
  if (!parse_release(product, told)) return false;
  if (product.rule != ReleaseRule::vos) return true;
  return numbers_in(told) > kVosVersion || told.find("SU") != std::string_view::npos;
}

std::optional<bool> agrees(const Product& product, std::string_view told, std::string_view written) {
  const auto one = parse_release(product, told);
  const auto other = parse_release(product, written);
  if (!one || !other) return std::nullopt;
  if (*one == *other) return true;
  if (product.rule == ReleaseRule::vos) {
    return !names_one_release(product, told) && same_beginning(*one, *other, numbers_in(told));
  }
  const std::size_t numbers = std::min(numbers_in(told), numbers_in(written));
  return numbers < kUsual && same_beginning(*one, *other, numbers);
}

std::string name_of_release(const Product& product, const std::string& told, const std::string& written) {
  const auto release = parse_release(product, told);
  if (!release) return told;
  if (parse_release(product, written) == release) return written;
  const auto known = std::ranges::find_if(
      product.releases, [&](const CatalogueRelease& listed) { return parse_release(product, listed.name) == release; });
  return known == product.releases.end() ? told : known->name;
}

std::optional<bool> speaks_tls13(const Product& product, const std::string& release) {
  if (product.tls13_from == "never") return false;
  const auto first = parse_release(product, product.tls13_from);
  const auto given = parse_release(product, release);
  if (!first || !given) return std::nullopt;
  return *given >= *first;
}

}  // namespace ucready::upgrade
