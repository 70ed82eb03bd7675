// Reading and writing big-endian bytes without touching raw memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ucready {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);
std::string to_hex(ByteView bytes);  // Lower case, no separators.
inline void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// Reads fields in wire order. After the first field that is not there every read yields zeros or nothing and ok()
// is false for good, so a parser asks once, at its end. The bytes must outlive the reader and the views it hands out.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  // Written out, and not in a source file, so that a field of a packet costs one load.
  std::uint8_t u8() {
    const ByteView field = bytes(1);
    return field.empty() ? std::uint8_t{0} : field[0];
  }
  std::uint16_t u16() {
    const ByteView field = bytes(2);
    return field.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(field[0] << 8 | field[1]);
  }
  std::uint32_t u24() {
    const ByteView field = bytes(3);
    return field.empty() ? 0 : std::uint32_t{field[0]} << 16 | std::uint32_t{field[1]} << 8 | field[2];
  }
  std::uint32_t u32() {
    const ByteView field = bytes(4);
    return field.empty() ? 0
                         : std::uint32_t{field[0]} << 24 | std::uint32_t{field[1]} << 16 |
                               std::uint32_t{field[2]} << 8 | field[3];
  }
  ByteView bytes(std::size_t count) {
    if (count > rest_.size()) [[unlikely]] {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  // A block preceded by its length in 8, 16 or 24 bits.
  ByteView u8_block() { return bytes(u8()); }
  ByteView u16_block() { return bytes(u16()); }
  ByteView u24_block() { return bytes(u24()); }
  ByteView rest() { return bytes(rest_.size()); }

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  // Every byte was read and none was missing.
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool ok_ = true;
};

// Appends fields in wire order. A block is written by a function; its length is filled in afterwards.
class ByteWriter {
 public:
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value);
  void u24(std::uint32_t value);
  void u32(std::uint32_t value);
  // So many bytes more, for the caller to fill before anything else is written.
  std::span<std::uint8_t> more(std::size_t count) {
    out_.resize(out_.size() + count);
    return std::span(out_).last(count);
  }
  // For what is known to grow to that size.
  void reserve(std::size_t size) { out_.reserve(size); }
  void bytes(ByteView value) { out_.insert(out_.end(), value.begin(), value.end()); }
  void text(std::string_view value) { bytes(as_bytes(value)); }

  template <typename Body>
  void block(std::size_t length_bytes, Body&& body) {
    const std::size_t at = out_.size();
    out_.insert(out_.end(), length_bytes, 0);
    body();
    patch_length(at, length_bytes);
  }
  template <typename Body>
  void u8_block(Body&& body) {
    block(1, static_cast<Body&&>(body));
  }
  template <typename Body>
  void u16_block(Body&& body) {
    block(2, static_cast<Body&&>(body));
  }
  template <typename Body>
  void u24_block(Body&& body) {
    block(3, static_cast<Body&&>(body));
  }

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] const Bytes& view() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void patch_length(std::size_t at, std::size_t length_bytes);

  Bytes out_;
};

}  // namespace ucready
