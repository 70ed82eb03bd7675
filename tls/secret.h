// A digest or a key of TLS: few bytes, without an allocation.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/bytes.h"

namespace ucready::tls {

class Secret {
 public:
  static constexpr std::size_t kMostBytes = 48;  // SHA-384, and a master secret.

  Secret() = default;
  explicit Secret(std::size_t size) : size_(size) {}
  [[nodiscard]] ByteView view() const { return ByteView(bytes_).first(size_); }
  [[nodiscard]] std::span<std::uint8_t> writable() { return std::span(bytes_).first(size_); }

  bool operator==(const Secret&) const = default;

 private:
  std::array<std::uint8_t, kMostBytes> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace ucready::tls
