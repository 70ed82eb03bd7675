#include "core/bytes.h"

#include <cassert>

namespace ucready {

// The one place where text and bytes are looked at as each other; both are sequences of octets.
ByteView as_bytes(std::string_view text) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0x0f]);
  }
  return text;
}

void ByteWriter::u16(std::uint16_t value) {
  u8(static_cast<std::uint8_t>(value >> 8));
  u8(static_cast<std::uint8_t>(value));
}

void ByteWriter::u24(std::uint32_t value) {
  u8(static_cast<std::uint8_t>(value >> 16));
  u16(static_cast<std::uint16_t>(value));
}

void ByteWriter::u32(std::uint32_t value) {
  u16(static_cast<std::uint16_t>(value >> 16));
  u16(static_cast<std::uint16_t>(value));
}

void ByteWriter::patch_length(std::size_t at, std::size_t length_bytes) {
  const std::size_t length = out_.size() - at - length_bytes;
  assert(length >> (8 * length_bytes) == 0);
  for (std::size_t i = 0; i < length_bytes; ++i) {
    out_[at + i] = static_cast<std::uint8_t>(length >> (8 * (length_bytes - 1 - i)));
  }
}

}  // namespace ucready
