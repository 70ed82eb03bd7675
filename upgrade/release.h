// Releases as their makers write them, compared by each product's own rule.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ucready::upgrade {

// How a maker counts. A catalogue file names its product's rule.
enum class ReleaseRule {
  vos,         // CUCM, IM&P, CUC, CER, PCD, UCCX: 12.5(1)SU8 < 14 < 14SU3 < 14SU4a < 15SU2; 15.0.1.12900-234 = 15SU2.
  expressway,  // X12.7.1 < X14.3.7 < X15.2
  ios_xe,      // 15.7(3)M5 < 16.12.4 < 17.9.4a < 17.12.4b < 17.14.1a < 26.1.1
  dotted,      // 11.9 < 14.2 < 14.2.1 = 14.2(1) = sip88xx.14-2-1-0101-8 < 14.2(1)SR1; also ce11.9.1, "PhoneOS 3.1"
  none,        // Not comparable.
};
std::optional<ReleaseRule> parse_release_rule(std::string_view text);
std::string_view to_text(ReleaseRule rule);

// A release reduced to numbers that compare in the maker's order. Engineering specials and respins between two releases
// count as the earlier one.
struct Release {
  std::vector<int> rank;
  auto operator<=>(const Release&) const = default;
};

// Nothing where the rule cannot read the text: such a release stays unknown and is never compared.
std::optional<Release> parse_release(ReleaseRule rule, std::string_view text);

}  // namespace ucready::upgrade
