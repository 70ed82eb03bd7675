// Takes TLS out of the TDS packets that carry its handshake (MS-TDS 2.2.3.1: eight bytes of header, type PRELOGIN
// 0x12).
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

class TdsUnwrapper {
 public:
  // Calls take(bytes, packet_begins) with what the packets hold. False: these bytes are no TDS packets (any more).
  template <typename Take>
  bool feed(ByteView bytes, Take&& take) {
    while (!bytes.empty()) {
      if (rest_ == 0) {
        const std::size_t taken = std::min(kHeaderBytes - header_.size(), bytes.size());
        header_.insert(header_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        bytes = bytes.subspan(taken);
        if (header_.size() < kHeaderBytes) return true;
        ByteReader reader(header_);
        const std::uint8_t type = reader.u8();
        reader.u8();  // status
        const std::size_t length = reader.u16();
        header_.clear();
        if ((type != kPrelogin && type != kResponse) || length < kHeaderBytes) return false;
        rest_ = length - kHeaderBytes;
        begins_ = true;
        continue;
      }
      const ByteView part = bytes.first(std::min(rest_, bytes.size()));
      rest_ -= part.size();
      bytes = bytes.subspan(part.size());
      take(part, begins_);
      begins_ = false;
    }
    return true;
  }

 private:
  static constexpr std::size_t kHeaderBytes = 8;
  static constexpr std::uint8_t kPrelogin = 0x12, kResponse = 0x04;

  Bytes header_;
  std::size_t rest_ = 0;
  bool begins_ = false;
};

}  // namespace ucready::passive
