// From the shared secret to the contents of a TLS 1.3 handshake record: RFC 8446 sections 7.1, 5.2 and 5.3.
//
// Together with key_shares.cc the only place of this room that uses libcrypto.
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"
#include "tls/record.h"

namespace ucready::tls {

// TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_CCM_SHA256 and
// TLS_AES_128_CCM_8_SHA256. The functions below want one of these.
bool has_tls13_keys(CipherSuite suite);

// A digest or secret; 32 or 48 bytes of it are used.
class Secret {
 public:
  static constexpr std::size_t kMostBytes = 48;

  Secret() = default;
  explicit Secret(std::size_t size) : size_(size) {}
  [[nodiscard]] ByteView view() const { return ByteView(bytes_).first(size_); }
  [[nodiscard]] std::span<std::uint8_t> writable() { return std::span(bytes_).first(size_); }

 private:
  std::array<std::uint8_t, kMostBytes> bytes_{};
  std::size_t size_ = 0;
};

// With the hash of the suite.
Secret transcript_hash(CipherSuite suite, ByteView messages);

struct HandshakeSecrets {
  Secret client;  // client_handshake_traffic_secret
  Secret server;  // server_handshake_traffic_secret
};
// `hash` over ClientHello..ServerHello; no PSK.
HandshakeSecrets derive_handshake_secrets(CipherSuite suite, ByteView shared_secret, ByteView hash);

// Opens one direction's records in their order.
class RecordOpener {
 public:
  RecordOpener(CipherSuite suite, ByteView traffic_secret);

  struct Opened {
    ContentType type{};
    ByteView content;  // Ends with the next call.
  };
  // `header` and `body` of an application_data record.
  Result<Opened> open(ByteView header, ByteView body);

 private:
  CipherSuite suite_;
  std::array<std::uint8_t, 32> key_{};
  std::array<std::uint8_t, 12> iv_{};
  std::uint64_t sequence_ = 0;
  Bytes plain_;
};

}  // namespace ucready::tls
