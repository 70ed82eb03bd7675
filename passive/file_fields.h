// Numbers of a capture file, in the byte order of the machine that wrote it.
#pragma once

#include <bit>
#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

class FileReader {
 public:
  FileReader(ByteView bytes, bool little_endian) : reader_(bytes), little_endian_(little_endian) {}

  std::uint16_t u16() { return little_endian_ ? swapped(reader_.u16()) : reader_.u16(); }
  std::uint32_t u32() { return little_endian_ ? swapped(reader_.u32()) : reader_.u32(); }
  std::uint64_t u64() {
    const std::uint64_t first = u32();
    const std::uint64_t second = u32();
    return little_endian_ ? second << 32 | first : first << 32 | second;
  }
  ByteView bytes(std::size_t count) { return reader_.bytes(count); }
  [[nodiscard]] bool ok() const { return reader_.ok(); }
  [[nodiscard]] std::size_t remaining() const { return reader_.remaining(); }

  static std::uint16_t swapped(std::uint16_t value) { return static_cast<std::uint16_t>(value << 8 | value >> 8); }
  static std::uint32_t swapped(std::uint32_t value) {
    return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
  }

 private:
  ByteReader reader_;
  bool little_endian_;
};

}  // namespace ucready::passive
