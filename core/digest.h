// SHA-256 (FIPS 180-4) for names: ids of rows and findings. Certificates are digested where they are read, by
// libcrypto.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace ucready {

class Sha256 {
 public:
  using Digest = std::array<std::uint8_t, 32>;

  void update(ByteView bytes);
  // Each field is followed by a zero byte, so that ("ab", "c") and ("a", "bc") differ.
  void field(std::string_view text);
  // Ends the message; the object is not to be used again.
  Digest finish();

 private:
  void block(ByteView bytes);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t total_ = 0;
};

std::string sha256_hex(ByteView bytes);

}  // namespace ucready
