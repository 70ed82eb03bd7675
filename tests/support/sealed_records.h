// What a TLSv1.3 server under TLS_AES_128_GCM_SHA256 says after its ServerHello, sealed with its own secret, for
// messages that no library here would send: certificates that come compressed (RFC 8879) above all.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace ucready::support {

inline constexpr std::uint16_t kZlib = 1, kBrotli = 2, kZstd = 3;  // RFC 8879 section 7.3.

// `plain` compressed by one of the three. Throws where the library does not want to.
Bytes packed(std::uint16_t algorithm, ByteView plain);
// The body of a CompressedCertificate.
Bytes compressed_certificate(std::uint16_t algorithm, std::size_t claimed_bytes, ByteView content);

// The first record of a direction: handshake messages under its traffic secret (RFC 8446 sections 5.2 and 7.3).
Bytes sealed(ByteView traffic_secret, ByteView handshake);

// All that a server answers to a ClientHello with a share of x25519: its ServerHello, then one sealed record of
// `messages`. `hello` is the record that holds it.
Bytes tls13_answer(ByteView hello, ByteView messages);

}  // namespace ucready::support
