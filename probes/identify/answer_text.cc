#include "probes/identify/answer_text.h"

#include <algorithm>
#include <string>

namespace ucready::probes {
namespace {

constexpr std::size_t kLongestRelease = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool same(char a, char b) { return lower(a) == lower(b); }

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t find_text(std::string_view text, std::string_view word) {
  const auto at = std::search(text.begin(), text.end(), word.begin(), word.end(), same);
  return at == text.end() && !word.empty() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

}  // namespace

bool has_text(std::string_view text, std::string_view word) { return find_text(text, word) != std::string_view::npos; }

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(), same);
}

std::optional<std::string_view> between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t at = find_text(text, before);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + before.size());
  const std::size_t end = find_text(text, after);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

std::optional<std::string_view> element_text(std::string_view xml, std::string_view name) {
  return between(xml, "<" + std::string(name) + ">", "</" + std::string(name) + ">");
}

std::optional<std::string_view> header_value(std::string_view message, std::string_view name) {
  bool is_start_line = true;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = trimmed(message.substr(0, end));
    message.remove_prefix(end + 1);
    if (line.empty() && !is_start_line) return std::nullopt;
    is_start_line = is_start_line && line.empty();  // Empty lines before the first do not count (RFC 3261 section 7.5).
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view field = trimmed(line.substr(0, colon));
    if (field.size() == name.size() && begins_with(field, name)) return trimmed(line.substr(colon + 1));
  }
  return std::nullopt;
}

std::string release_text(std::string_view text) {
  text = trimmed(text);
  const auto is_harmless = [](char c) {
    return is_digit(c) || is_letter(c) || std::string_view(".()-_ ").find(c) != std::string_view::npos;
  };
  const bool fits = text.size() <= kLongestRelease && std::ranges::all_of(text, is_harmless) &&
                    std::ranges::any_of(text, is_digit) && (is_digit(text.front()) || is_letter(text.front()));
  return fits ? std::string(text) : std::string();
}

std::string_view leading_release(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || is_letter(text[end]) || text[end] == '.')) ++end;
  return text.substr(0, end);
}

}  // namespace ucready::probes
