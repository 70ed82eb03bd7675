#include "upgrade/forecast/version_range.h"

#include <fmt/format.h>

#include <algorithm>

#include "upgrade/forecast/end_facts.h"

namespace ucready::forecast {
namespace {

using negotiation::doubt_over;
using negotiation::Ends;
using negotiation::Profile;
using negotiation::Side;
using negotiation::Version;
using Versions = std::vector<Version>;

constexpr Version kAll[] = {tls::kTls13, tls::kTls12, tls::kTls11, tls::kTls10};

Versions between(Version lowest, Version highest) {
  Versions versions;
  for (const Version version : kAll) {
    if (version.value >= lowest.value && version.value <= highest.value) versions.push_back(version);
  }
  return versions;
}

Profile& end_of(Ends& ends, Side side) {
  return side == Side::client ? static_cast<Profile&>(ends.client) : static_cast<Profile&>(ends.server);
}

// The values an end of the range may have, the assumed one first where there is one.
struct Bound {
  Versions values;
  bool assumed = false;  // The first is what a source assumes; with one value: it is known.
  const char* missing = "setting";
};

class Range {
 public:
  Range(const Estate& estate, const VersionQuestion& asked, const State& state)
      : estate_(estate), asked_(asked), state_(state) {
    for (const std::string& text : asked.accepted) {
      if (const auto version = tls::parse_version(text)) seen_.push_back(*version);
    }
    std::ranges::sort(seen_, std::greater<>(), &Version::value);
  }

  // CUBE's transport tcp tls: one version alone, or a true minimum (docs/sources.md, CUB).
  [[nodiscard]] std::optional<Versions> exclusive() const {
    const Known transport = setting("transport_tls");
    if (transport.value.empty() || transport.value.ends_with("minimum")) return std::nullopt;
    if (const auto only = tls::parse_version("TLS" + transport.value)) return Versions{*only};
    return std::nullopt;
  }
  [[nodiscard]] const Versions& seen() const { return seen_; }
  [[nodiscard]] bool as_seen() const {
    return !seen_.empty() && !state_.upgraded && !state_.changes.contains("tls_min") &&
           !state_.changes.contains("tls_max");
  }

  [[nodiscard]] Bound lowest() const {
    if (setting("transport_tls").value == "v1.2-minimum") return {{tls::kTls12}};
    if (asked_.ignores_minimum) return {{product_floor()}};
    if (const auto set = tls::parse_version(setting("tls_min").value)) return {{std::max(*set, product_floor())}};
    // An upgrade keeps the minimum.
    if (!seen_.empty()) return {{std::max(seen_.back(), product_floor())}};
    const upgrade::CatalogueSetting* const known =
        asked_.product == nullptr ? nullptr : find_setting(*asked_.product, "tls_min");
    auto usual = known == nullptr ? std::nullopt : tls::parse_version(known->default_value);
    if (const auto cap = tls::parse_version(asked_.highest)) usual = *cap;
    if (usual && *usual < product_floor()) usual = product_floor();
    if (!usual && product_floor() == tls::kTls12) usual = tls::kTls12;
    if (!usual) return {{tls::kTls12, tls::kTls10}};
    return {{*usual, *usual == tls::kTls10 ? tls::kTls12 : tls::kTls10}, true};
  }

  [[nodiscard]] Bound highest() const {
    if (const auto set = tls::parse_version(setting("tls_max").value)) return {{*set}};
    if (!seen_.empty() && !state_.upgraded) return {{seen_.front()}};
    if (const auto cap = tls::parse_version(asked_.highest)) return {{*cap}};
    const std::string& from =
        !asked_.tls13_from.empty() || asked_.product == nullptr ? asked_.tls13_from : asked_.product->tls13_from;
    if (from == "never") return {{tls::kTls12}};
    if (const auto speaks = at_least(asked_.product, state_.release, from))
      return {{*speaks ? tls::kTls13 : tls::kTls12}};
    if (!seen_.empty() && seen_.front() == tls::kTls13) return {{tls::kTls13}};
    // Where neither product nor stack say anything, an old system that ends at TLS 1.0 is possible too.
    if (from.empty() && !setting("stack")) return {{tls::kTls12, tls::kTls13, tls::kTls10}, false, "release"};
    return {{tls::kTls12, tls::kTls13}, false, "release"};
  }

  [[nodiscard]] Known setting(const char* name) const { return setting_of(estate_, asked_.place, state_, name); }

 private:
  // CUBE from 26.1.1 without "system mode insecure" (docs/sources.md, CUB).
  [[nodiscard]] Version product_floor() const {
    const bool cube = asked_.product != nullptr && asked_.product->id == "cube";
    if (!cube || setting("insecure_mode").value == "true") return tls::kTls10;
    return at_least(asked_.product, state_.release, "26.1.1").value_or(false) ? tls::kTls12 : tls::kTls10;
  }

  const Estate& estate_;
  const VersionQuestion& asked_;
  const State& state_;
  Versions seen_;
};

}  // namespace

void add_versions(const Estate& estate, const VersionQuestion& asked, const State& state, Side side, HopEnds& made) {
  const Range range(estate, asked, state);
  std::vector<Versions> values;
  bool assumed = false;
  const char* missing = "setting";
  if (const auto only = range.exclusive()) {
    values = {*only};
  } else if (range.as_seen()) {
    values = {range.seen()};
  } else {
    const Bound lowest = range.lowest();
    const Bound highest = range.highest();
    const auto floor = tls::parse_version(asked.floor);
    for (const Version high : highest.values) {
      for (const Version low : lowest.values) {
        values.push_back(between(floor && floor->value > low.value ? *floor : low, high));
      }
    }
    // A minimum above what it can at most was a wrong guess at one of the two.
    if (values.size() > 1) std::erase_if(values, [](const Versions& value) { return value.empty(); });
    if (values.empty()) values.emplace_back();
    assumed = highest.values.size() == 1 && (lowest.values.size() == 1 || lowest.assumed);
    if (highest.values.size() > 1) missing = highest.missing;
  }
  std::optional<negotiation::Reason> limit = asked.no_tls13;
  // Common Criteria mode ends at TLS 1.2 (white paper, limitation 1).
  if (range.setting("common_criteria").value == "true") limit = negotiation::Reason::common_criteria;
  negotiation::Doubt doubt = doubt_over(fmt::format("the TLS versions of {}", asked.name), missing, values,
                                        [side, limit](Ends& ends, Versions value) {
                                          Profile& end = end_of(ends, side);
                                          end.limits_versions.reset();
                                          if (limit && std::erase(value, tls::kTls13) > 0) end.limits_versions = limit;
                                          end.versions = std::move(value);
                                        });
  if (assumed) doubt.assumed = 0;
  made.doubts.push_back(std::move(doubt));
}

}  // namespace ucready::forecast
