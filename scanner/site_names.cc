// Names and addresses of the site file.
#include <fmt/format.h>

#include <algorithm>

#include "core/ip_address.h"
#include "scanner/site_reading.h"

namespace ucready::scanner {
namespace {

constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestQuote = 80;
constexpr std::size_t kLongestHost = 253, kLongestLabel = 63;  // RFC 1035 section 2.3.4.

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, is_label_character);
}

std::optional<std::string> canonical_ip(const std::string& text) {
  const auto address = parse_ip_address(text);
  return address ? std::optional(to_text(*address)) : std::nullopt;
}

}  // namespace

std::string shown(std::string_view text) {
  return text.size() <= kLongestQuote ? fmt::format("\"{}\"", text)
                                      : fmt::format("\"{}...\"", text.substr(0, kLongestQuote));
}

bool is_ip_address(std::string_view text) { return canonical_ip(std::string(text)).has_value(); }

bool is_host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestHost) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !std::ranges::all_of(label, is_digit);
    text.remove_prefix(dot + 1);
  }
}

std::optional<std::string> canonical_address(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (auto ip = canonical_ip(std::string(text))) return ip;
  if (is_host_name(text)) return std::string(text);
  return std::nullopt;
}

std::optional<std::string> fault_of_name(std::string_view text) {
  if (text.size() > kLongestName) return fmt::format("is longer than {} bytes; shorten it", kLongestName);
  if (is_ip_address(text)) return std::nullopt;
  if (const std::size_t at = text.find_first_of("/:,=[]{}\"'\\\n\t"); at != std::string_view::npos) {
    return fmt::format("has a '{}' in it; leave it out, hops and order could not name it", text[at]);
  }
  if (text.starts_with(' ') || text.ends_with(' ')) return "begins or ends with a space; take the space out";
  return std::nullopt;
}

}  // namespace ucready::scanner
