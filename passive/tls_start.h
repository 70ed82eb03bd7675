// Whether bytes begin TLS: judged by content, strictly enough that no other protocol is taken for it.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

enum class TlsStart : std::uint8_t {
  no,
  perhaps,       // All that is there fits; more bytes are needed.
  client_hello,  // A record with the beginning of one.
  sslv2_client_hello,
  server_hello,  // Or HelloRetryRequest.
  alert,         // A whole alert record.
  records,       // Records that are no beginning: encrypted ones, at least two or one that ends with the bytes.
};

// Enough bytes to decide all but `records`.
inline constexpr std::size_t kTlsStartBytes = 11;

TlsStart find_tls_start(ByteView bytes);
// The five bytes look like the header of any record.
bool is_record_header(ByteView header);

}  // namespace ucready::passive
