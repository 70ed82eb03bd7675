#include "report/site_words.h"

#include <fmt/format.h>

#include "core/printable.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLongestComment = 400;

}  // namespace

// ASCII alone: what else YAML takes for the end of a line cannot stand in it.
std::string comment(std::string_view text) {
  std::string out;
  for (const char c : printable(text, kLongestComment)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string yaml_scalar(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace ucready::report
