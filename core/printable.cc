#include "core/printable.h"

#include <cstdint>
#include <optional>

namespace ucready {
namespace {

struct Character {
  std::uint32_t code_point;
  std::size_t length;
};

// The next character, or nothing when the bytes are no shortest-form UTF-8 (RFC 3629 section 3).
std::optional<Character> next_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return Character{first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return std::nullopt;
  std::uint32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return std::nullopt;
  return Character{code, length};
}

bool shows_itself(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  if (code == 0xad || code == 0x61c || code == 0xfeff) return false;
  if (code >= 0x200b && code <= 0x200f) return false;  // Zero width, direction marks.
  if (code >= 0x2028 && code <= 0x202e) return false;  // Line separators, direction overrides.
  if (code >= 0x2060 && code <= 0x206f) return false;
  return !(code >= 0xfff0 && code <= 0xfffb);
}

void append_escape(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0x0f];
  }
}

std::string escaped(std::string_view text, std::size_t limit_bytes, std::string_view backslash) {
  std::string out;
  out.reserve(std::min(text.size(), limit_bytes));
  while (!text.empty()) {
    if (out.size() >= limit_bytes) return out + "...";
    const std::optional<Character> character = next_character(text);
    const std::string_view bytes = text.substr(0, character ? character->length : 1);
    text.remove_prefix(bytes.size());
    if (bytes == "\\") {
      out += backslash;
    } else if (character && shows_itself(character->code_point)) {
      out += bytes;
    } else {
      append_escape(out, bytes);
    }
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit_bytes) { return escaped(text, limit_bytes, "\\\\"); }

std::string printable_once_more(std::string_view text, std::size_t limit_bytes) {
  return escaped(text, limit_bytes, "\\");
}

}  // namespace ucready
