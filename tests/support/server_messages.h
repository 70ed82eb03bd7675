// Answers of a TLS server up to version 1.2, byte by byte, for scripted peers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "tls/code_points.h"

namespace ucready::support {

inline Bytes tls_record(std::uint8_t type, ByteView body) {
  ByteWriter out;
  out.u8(type);
  out.u16(0x0303);
  out.u16_block([&] { out.bytes(body); });
  return out.take();
}

inline Bytes alert_record(std::uint8_t level, std::uint8_t alert) { return tls_record(21, Bytes{level, alert}); }

inline Bytes handshake_record(std::uint8_t type, ByteView body) {
  ByteWriter out;
  out.u8(type);
  out.u24_block([&] { out.bytes(body); });
  return tls_record(22, out.view());
}

inline Bytes server_hello_record(tls::Version version, tls::CipherSuite suite) {
  ByteWriter out;
  out.u16(version.value);
  out.bytes(Bytes(32, 0x42));  // random
  out.u8(0);                   // session_id
  out.u16(suite.value);
  out.u8(0);  // compression
  return handshake_record(2, out.view());
}

inline Bytes certificate_record(const std::vector<Bytes>& chain) {
  ByteWriter out;
  out.u24_block([&] {
    for (const Bytes& der : chain) out.u24_block([&] { out.bytes(der); });
  });
  return handshake_record(11, out.view());
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// A whole flight with RSA key transport: hello, certificate, done.
inline Bytes rsa_flight(tls::Version version, tls::CipherSuite suite, const std::vector<Bytes>& chain) {
  return server_hello_record(version, suite) + certificate_record(chain) + handshake_record(14, {});
}

}  // namespace ucready::support
