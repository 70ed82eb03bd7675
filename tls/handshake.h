// Handshake messages out of the records that carry them: many messages in one record, one message over many
// (RFC 8446 section 5.1).
#pragma once

#include <cstdint>
#include <optional>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::tls {

enum class HandshakeType : std::uint8_t {  // RFC 8446 section 4, RFC 5246 section 7.4; open like all numbers.
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  encrypted_extensions = 8,
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
  certificate_status = 22,
  compressed_certificate = 25,  // RFC 8879 section 4.
  message_hash = 254,
};

struct HandshakeMessage {
  HandshakeType type{};
  ByteView body;
  ByteView whole;  // With its four bytes of header, as a transcript takes it. Views end with the reader's next feed().
};

class HandshakeReader {
 public:
  static constexpr std::size_t kMostMessageBytes = 256 * 1024;

  explicit HandshakeReader(std::size_t most_message_bytes = kMostMessageBytes) : most_(most_message_bytes) {}

  void feed(ByteView fragment);
  // The next whole message; nothing when more bytes are needed; too_large as soon as a header says so, and then always.
  Result<std::optional<HandshakeMessage>> next();
  // What was fed and not yet taken: part of a message that waits for its rest, until next() says so.
  [[nodiscard]] ByteView pending() const { return ByteView(buffer_).subspan(taken_); }
  [[nodiscard]] bool mid_message() const { return taken_ < buffer_.size(); }

 private:
  std::size_t most_;
  Bytes buffer_;
  std::size_t taken_ = 0;
};

// Writes the header around what `body` writes.
template <typename Body>
void write_handshake(ByteWriter& out, HandshakeType type, Body&& body) {
  out.u8(static_cast<std::uint8_t>(type));
  out.u24_block(static_cast<Body&&>(body));
}

}  // namespace ucready::tls
