#include "report/site_words.h"

#include <fmt/format.h>

#include "core/printable.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLongestComment = 400;

// Bytes of the well-formed character that the text begins with (RFC 3629); 0: it is none.
std::size_t utf8_size(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t size = byte(0) < 0x80   ? 1
                           : byte(0) < 0xc2 ? 0
                           : byte(0) < 0xe0 ? 2
                           : byte(0) < 0xf0 ? 3
                           : byte(0) < 0xf5 ? 4
                                            : 0;
  if (size > text.size()) return 0;
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
  const bool beyond = (byte(0) == 0xed && byte(1) > 0x9f) || (byte(0) == 0xf4 && byte(1) > 0x8f);
  return overlong || beyond ? 0 : size;
}

std::uint32_t utf8_point(std::string_view character) {
  std::uint32_t point = static_cast<unsigned char>(character[0]) & (0xffU >> (character.size() + 1));
  for (const char c : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  return point;
}

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

// ASCII alone here too: what is no UTF-8, and what YAML takes for the end of a line, would make a file that nobody
// reads.
std::string yaml_scalar(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= ' ' && byte < 0x7f) {
      if (byte == '"' || byte == '\\') out += '\\';
      out += text[at++];
    } else if (const std::size_t size = utf8_size(text.substr(at)); size > 1) {
      out += fmt::format("\\U{:08x}", utf8_point(text.substr(at, size)));
      at += size;
    } else {
      out += fmt::format("\\x{:02x}", byte);
      ++at;
    }
  }
  return out + '"';
}

}  // namespace ucready::report
