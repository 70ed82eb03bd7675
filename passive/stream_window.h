// A window that moves over a stream, so that a packet is looked at where it was read to and copied no more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

#include "passive/byte_stream.h"

namespace ucready::passive {

class StreamWindow {
 public:
  static constexpr std::size_t kMostPeek =
      std::size_t{264} * 1024;  // A packet of 256 kB and what a format puts around it.

  explicit StreamWindow(std::unique_ptr<ByteStream> stream);

  // The next `count` bytes (at most kMostPeek), or fewer where the stream ends. The view ends with the next call of
  // peek() or skip(); drop() leaves it as it is.
  ByteView peek(std::size_t count) {
    if (window_.size() < count) [[unlikely]]
      fill(count);
    return window_.first(std::min(count, window_.size()));
  }
  void drop(std::size_t count) { window_ = window_.subspan(count); }
  // Passes over any number of bytes; false where the stream ends before.
  bool skip(std::uint64_t count);

  // Of the next byte, in the decompressed stream.
  [[nodiscard]] std::uint64_t position() const { return fed_ - window_.size(); }
  [[nodiscard]] std::uint64_t fed() const { return fed_; }
  [[nodiscard]] const ByteStream& stream() const { return *stream_; }

 private:
  void fill(std::size_t count);

  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::span<std::uint8_t> buffer_;  // The whole of memory_.
  ByteView window_;                 // Of buffer_: read but not yet dropped.
  std::uint64_t fed_ = 0;
};

}  // namespace ucready::passive
