#include "client_hello.h"

namespace ucready::lab {
namespace {

constexpr std::size_t kLongestHello = 65536;

// RFC 8446 section 4.1.2.
void read_body(ByteReader reader, ClientHello& hello) {
  hello.legacy_version = reader.u16();
  reader.bytes(32);   // random
  reader.u8_block();  // legacy_session_id
  ByteReader suites(reader.u16_block());
  while (suites.remaining() >= 2) hello.suites.push_back(suites.u16());
  reader.u8_block();  // legacy_compression_methods
  hello.understood = reader.ok();
  ByteReader extensions(reader.u16_block());
  while (extensions.remaining() >= 4) {
    const auto type = extensions.u16();
    ByteReader body(extensions.u16_block());
    if (type != 43) continue;  // supported_versions
    ByteReader versions(body.u8_block());
    while (versions.remaining() >= 2) hello.offers_tls13 |= versions.u16() == 0x0304;
  }
}

// The handshake bytes of the whole records; nothing where a record is of another type.
Bytes handshake_bytes(ByteView raw) {
  Bytes message;
  for (ByteReader records(raw); records.remaining() >= 5;) {
    const auto type = records.u8();
    records.u16();  // legacy_record_version
    const auto fragment = records.u16_block();
    if (type != 22 || !records.ok()) break;
    message.insert(message.end(), fragment.begin(), fragment.end());
  }
  return message;
}

}  // namespace

ClientHello hear_client_hello(Connection& connection) {
  ClientHello hello;
  while (hello.raw.size() < kLongestHello) {
    const auto more = connection.receive();
    if (more.empty()) return hello;
    hello.raw.insert(hello.raw.end(), more.begin(), more.end());
    if (hello.raw.front() != 22) return hello;

    const Bytes message = handshake_bytes(hello.raw);
    ByteReader reader(message);
    const auto type = reader.u8();
    const auto body = reader.u24_block();
    if (!reader.ok()) continue;
    if (type == 1) read_body(ByteReader(body), hello);
    return hello;
  }
  return hello;
}

}  // namespace ucready::lab
