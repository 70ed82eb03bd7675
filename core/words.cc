#include "core/words.h"

#include <algorithm>
#include <array>

namespace ucready {
namespace {

constexpr std::array<std::string_view, 5> kConfidences = {"unknown", "assumed", "declared", "imported", "observed"};
constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high", "critical"};

template <typename Enum>
std::optional<Enum> find(const std::array<std::string_view, 5>& names, std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Confidence confidence) { return kConfidences[static_cast<std::size_t>(confidence)]; }
std::optional<Confidence> parse_confidence(std::string_view text) { return find<Confidence>(kConfidences, text); }

std::string_view to_text(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
std::optional<Severity> parse_severity(std::string_view text) { return find<Severity>(kSeverities, text); }

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> items;
  for (std::size_t from = 0; from < list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    if (comma > from) items.emplace_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return items;
}

void replace_all(std::string& text, std::string_view mark, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += with.size())
    text.replace(at, mark.size(), with);
}

}  // namespace ucready
