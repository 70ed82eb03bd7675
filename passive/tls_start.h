// Whether bytes are the beginning of TLS, told by their content alone.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace ucready::passive {

enum class StartVerdict : std::uint8_t {
  no,
  unclear,       // Too few bytes to tell; more of the same stream are needed.
  client_hello,  // A record that begins a ClientHello.
  server_hello,  // A record that begins a ServerHello.
  sslv2_hello,   // A ClientHello in an SSLv2 record (RFC 5246 appendix E.2).
  record,        // Another TLS record: an alert in answer to a hello, or a connection that began earlier.
  tds,           // A TDS packet of type PRELOGIN, which may carry TLS (MS-TDS 2.2.6.5).
};

// What the bytes at the start of a segment are. `at_stream_start`: nothing of this side came before.
StartVerdict start_of(ByteView bytes, bool at_stream_start);

}  // namespace ucready::passive
