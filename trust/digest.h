// SHA-256, and MD5 and SHA-1 for names that others made with them, by libcrypto, made cheap for many small inputs.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace ucready::trust {

using Digest = std::array<std::uint8_t, 32>;
Digest sha256(ByteView bytes);
// For fingerprints (JA3) alone: nothing may be trusted that rests on it.
std::array<std::uint8_t, 16> md5(ByteView bytes);
// For certificates that a trust list as text names by it: nothing may be trusted that rests on it.
std::array<std::uint8_t, 20> sha1(ByteView bytes);

}  // namespace ucready::trust
