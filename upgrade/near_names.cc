#include "upgrade/near_names.h"

#include <algorithm>
#include <utility>

namespace ucready::upgrade {
namespace {

constexpr std::size_t kLongestWord = 40;  // A word from a file may be megabytes long; no name is.
constexpr std::size_t kMostSuggestions = 3;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c; }

bool begins_with(std::string_view name, std::string_view word) {
  return name.size() >= word.size() &&
         std::equal(word.begin(), word.end(), name.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

// Levenshtein distance, blind to case and to '-' or '_'.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

std::string joined(std::span<const std::string_view> names, std::string_view separator) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

}  // namespace

std::vector<std::string_view> near_names(std::string_view word, std::span<const std::string_view> names) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::size_t tolerance = std::min<std::size_t>(3, (word.size() + 2) / 3);
  std::vector<std::string_view> best;
  std::size_t nearest = tolerance;
  for (const std::string_view name : names) {
    const std::size_t apart =
        begins_with(name, word) ? std::min<std::size_t>(1, distance(word, name)) : distance(word, name);
    if (apart > nearest) continue;
    if (apart < nearest) best.clear();
    nearest = apart;
    if (best.size() < kMostSuggestions) best.push_back(name);
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> names) {
  if (const auto close = near_names(word, names); !close.empty())
    return "; did you mean " + joined(close, " or ") + "?";
  return names.empty() ? std::string{} : "; known: " + joined(names, ", ");
}

}  // namespace ucready::upgrade
