#include "imports/text_parts.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ucready::imports {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::size_t find_blind(std::string_view text, std::string_view marker) {
  const auto* const at = std::search(text.begin(), text.end(), marker.begin(), marker.end(),
                                     [](char one, char other) { return small(one) == small(other); });
  return at == text.end() && !marker.empty() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), small);
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::size_t kMostWords = 256;
  while (words.size() < kMostWords) {
    text = trimmed(text);
    if (text.empty()) break;
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::string_view unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

std::optional<std::string_view> after(std::string_view text, std::string_view marker) {
  const std::size_t at = find_blind(text, marker);
  if (at == std::string_view::npos) return std::nullopt;
  return trimmed(text.substr(at + marker.size()));
}

bool starts_with_word(std::string_view text, std::string_view words) {
  if (text.size() < words.size() || find_blind(text.substr(0, words.size()), words) != 0) return false;
  return text.size() == words.size() || text[words.size()] == ' ' || text[words.size()] == '\t';
}

std::optional<int> number_in(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

std::string tls_version(std::string_view text) {
  std::string word = lower(trimmed(text));
  for (const std::string_view prefix : {"tls", " ", "v"}) {
    if (word.starts_with(prefix)) word.erase(0, prefix.size());
  }
  constexpr std::array<std::string_view, 4> kVersions = {"1.0", "1.1", "1.2", "1.3"};
  return std::ranges::find(kVersions, word) == kVersions.end() ? "" : "TLSv" + word;
}

std::vector<std::string> csv_cells(std::string_view line) {
  constexpr std::size_t kMostCells = 2000;
  std::vector<std::string> cells(1);
  bool quoted = false;
  while (!line.empty()) {
    // Plain stretches at once: rows of Bulk Administration have four hundred cells.
    const std::size_t plain = std::min(line.find_first_of(quoted ? "\"" : ",\""), line.size());
    cells.back() += line.substr(0, plain);
    line.remove_prefix(plain);
    if (line.empty()) break;
    const char c = line.front();
    line.remove_prefix(1);
    if (c == ',') {
      if (cells.size() >= kMostCells) break;
      cells.emplace_back();
    } else if (quoted && line.starts_with('"')) {
      cells.back() += c;
      line.remove_prefix(1);
    } else {
      quoted = !quoted;
    }
  }
  for (std::string& cell : cells) {
    const std::string_view bare = trimmed(cell);
    if (bare.size() != cell.size()) cell = std::string(bare);
  }
  return cells;
}

bool may_hold_secret(std::string_view line) {
  constexpr std::array<std::string_view, 12> kWords = {"password",    "passwd", "secret",     "community",
                                                       "private key", "digest", "credential", "key ",
                                                       "hash",        "pin ",   "token",      "psk"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return find_blind(line, word) != line.npos; });
}

bool has_line_with(std::string_view head, std::string_view words) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find_first_of("\r\n"), head.size());
    if (const std::string_view line = trimmed(head.substr(0, end));
        line.size() >= words.size() && find_blind(line.substr(0, words.size()), words) == 0) {
      return true;
    }
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return false;
}

}  // namespace ucready::imports
