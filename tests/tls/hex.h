// Bytes written as hexadecimal, spaces ignored.
#pragma once

#include <string_view>

#include "core/bytes.h"

namespace ucready::tls {

inline Bytes hex(std::string_view text) {
  Bytes bytes;
  bool high = true;
  for (const char c : text) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high) {
      bytes.push_back(static_cast<std::uint8_t>(digit << 4));
    } else {
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | digit);
    }
    high = !high;
  }
  return bytes;
}

}  // namespace ucready::tls
