// SHA-256 by libcrypto, made cheap for many small inputs.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"

namespace ucready::trust {

using Digest = std::array<std::uint8_t, 32>;
Digest sha256(ByteView bytes);

}  // namespace ucready::trust
