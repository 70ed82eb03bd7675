// A certificate that came compressed (RFC 8879), as clients of TLSv1.3 may ask for.
#pragma once

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::tls {

inline constexpr std::uint32_t kMostInflatedBytes = 64 * 1024;  // Of what comes out, whatever the message claims.

// The body of a Certificate message out of that of a CompressedCertificate. An error: over the bound, of another length
// than the message says, damaged, or compressed by an algorithm without a number in RFC 8879.
Result<Bytes> read_compressed_certificate(ByteView body);

}  // namespace ucready::tls
