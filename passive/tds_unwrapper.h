// TLS inside TDS packets: MS-TDS section 2.2.6.5 puts the handshake into PRELOGIN packets, and what follows it on the
// bare connection.
#pragma once

#include <algorithm>
#include <array>

#include "core/bytes.h"

namespace ucready::passive {

inline constexpr std::size_t kTdsHeaderBytes = 8;

// The header of a PRELOGIN packet (section 2.2.3.1); `header` may be longer.
bool is_tds_prelogin(ByteView header);

class TdsUnwrapper {
 public:
  // Hands what packets hold, or what stands bare behind them, to `take`, piece by piece.
  template <typename Take>
  void feed(ByteView bytes, Take&& take) {
    while (!bytes.empty()) {
      if (bare_) return take(bytes);
      if (left_ == 0 && !begin_packet(bytes)) continue;
      const ByteView piece = bytes.first(std::min(left_, bytes.size()));
      bytes = bytes.subspan(piece.size());
      left_ -= piece.size();
      if (!piece.empty()) take(piece);
    }
  }

 private:
  // Takes as much of a header as there is; true when a packet begins.
  bool begin_packet(ByteView& bytes);

  std::array<std::uint8_t, kTdsHeaderBytes> header_{};
  std::size_t header_bytes_ = 0;
  std::size_t left_ = 0;  // Of the packet.
  bool bare_ = false;
};

}  // namespace ucready::passive
