// The ciphers of TLS 1.3 and of the AEAD suites of TLS 1.2 that begin with an ECDHE exchange (RFC 5116, 6655, 8439).
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "tls/code_points.h"
#include "tls/hasher.h"

namespace ucready::tls {

struct AeadSuite {
  CipherSuite point;
  const char* cipher;  // As OpenSSL names it.
  HashKind hash;
  std::size_t key_bytes;
  std::size_t tag_bytes;
  bool ccm;  // Wants its tag and the whole length before the content.
};

// Null for a suite without code: all but the five of TLS 1.3, and ECDHE with AES-GCM or ChaCha20.
const AeadSuite* find_aead_suite(CipherSuite point);

inline constexpr std::size_t kNonceBytes = 12;

// One direction's key, and what of its nonce stays the same.
struct AeadKey {
  std::array<std::uint8_t, 32> key{};
  std::array<std::uint8_t, kNonceBytes> iv{};

  // RFC 8446 section 5.3, RFC 7905 section 2.
  [[nodiscard]] std::array<std::uint8_t, kNonceBytes> nonce(std::uint64_t sequence) const;
};

// `sealed` is the text with its tag behind it. False when it is not what the key sealed.
bool aead_open(const AeadSuite& suite, const AeadKey& key, ByteView nonce, ByteView header, ByteView sealed,
               Bytes& plain);
// Appends the sealed text and its tag. Not for CCM. False when the library refuses.
bool aead_seal(const AeadSuite& suite, const AeadKey& key, ByteView nonce, ByteView header, ByteView plain,
               ByteWriter& out);

}  // namespace ucready::tls
