#include "passive/tls_start.h"

#include "tls/handshake.h"
#include "tls/record.h"

namespace ucready::passive {
namespace {

constexpr std::uint8_t kMajor = 3;
constexpr std::uint32_t kLeastHelloBytes = 2 + 32 + 1 + 2 + 1;  // version, random, no session id, suite, compression
constexpr std::uint32_t kMostHelloBytes = 128 * 1024;

// RFC 5246 appendix E.2: V2ClientHello, with the lengths of its parts adding up.
TlsStart sslv2_start(ByteView bytes) {
  constexpr std::uint8_t kClientHello = 1;
  constexpr std::uint16_t kPartsBytes = 9;  // msg_type, version, three lengths
  ByteReader reader(bytes);
  const std::uint16_t length = reader.u16() & 0x7fff;
  const std::uint8_t type = reader.u8();
  if (reader.ok() && type != kClientHello) return TlsStart::no;
  const std::uint8_t major = reader.u8();
  const std::uint8_t minor = reader.u8();
  const bool version = (major == 0 && minor == 2) || (major == kMajor && minor <= 4);
  if (reader.ok() && !version) return TlsStart::no;
  const std::uint16_t suites = reader.u16();
  const std::uint16_t session_id = reader.u16();
  const std::uint16_t challenge = reader.u16();
  if (!reader.ok()) return TlsStart::perhaps;
  const bool fits = suites > 0 && suites % 3 == 0 && session_id <= 32 && challenge >= 16 && challenge <= 32 &&
                    length == kPartsBytes + suites + session_id + challenge;
  return fits ? TlsStart::sslv2_client_hello : TlsStart::no;
}

TlsStart alert_start(ByteReader body, std::uint16_t length) {
  if (length != 2) return TlsStart::no;
  const std::uint8_t level = body.u8();
  if (body.ok() && level != 1 && level != 2) return TlsStart::no;
  body.u8();  // description
  return body.ok() ? TlsStart::alert : TlsStart::perhaps;
}

// Of a handshake record as much as it holds of a hello's first fields; a record may hold a single byte.
TlsStart hello_start(ByteReader body, std::uint16_t length) {
  if (length == 0) return TlsStart::no;
  const std::uint8_t type = body.u8();
  if (!body.ok()) return TlsStart::perhaps;
  const bool client = tls::HandshakeType{type} == tls::HandshakeType::client_hello;
  if (!client && tls::HandshakeType{type} != tls::HandshakeType::server_hello) return TlsStart::no;
  const TlsStart found = client ? TlsStart::client_hello : TlsStart::server_hello;
  if (length < 4) return found;
  const std::uint32_t size = body.u24();
  if (!body.ok()) return TlsStart::perhaps;
  if (size < kLeastHelloBytes || size > kMostHelloBytes) return TlsStart::no;
  if (length < 5) return found;
  const std::uint8_t major = body.u8();
  if (!body.ok()) return TlsStart::perhaps;
  // Drafts of TLS 1.3 wrote 0x7f1c and the like here.
  return major == kMajor || major == 0x7f ? found : TlsStart::no;
}

// Whole records one behind the other to the end, or two headers at the right distance.
TlsStart records_start(ByteView bytes) {
  ByteReader reader(bytes);
  for (int headers = 0;; ++headers) {
    if (reader.empty()) return TlsStart::records;
    const ByteView header = reader.bytes(tls::kRecordHeaderBytes);
    if (!reader.ok()) return headers == 0 ? TlsStart::perhaps : TlsStart::records;
    if (!is_record_header(header)) return TlsStart::no;
    if (headers == 1) return TlsStart::records;
    ByteReader length(header.subspan(3));
    reader.bytes(length.u16());
    if (!reader.ok()) return TlsStart::perhaps;
  }
}

}  // namespace

bool is_record_header(ByteView header) {
  ByteReader reader(header);
  const std::uint8_t type = reader.u8();
  const std::uint8_t major = reader.u8();
  const std::uint8_t minor = reader.u8();
  const std::uint16_t length = reader.u16();
  const bool known = type >= static_cast<std::uint8_t>(tls::ContentType::change_cipher_spec) &&
                     type <= static_cast<std::uint8_t>(tls::ContentType::heartbeat);
  return reader.ok() && known && major == kMajor && minor <= 4 && length > 0 && length <= tls::kMostRecordBytes;
}

TlsStart find_tls_start(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint8_t type = reader.u8();
  if (!reader.ok()) return TlsStart::perhaps;
  if ((type & 0x80) != 0) return sslv2_start(bytes);
  const tls::ContentType content{type};
  if (content < tls::ContentType::change_cipher_spec || content > tls::ContentType::application_data) {
    return TlsStart::no;
  }
  const std::uint8_t major = reader.u8();
  if (!reader.ok()) return TlsStart::perhaps;
  if (major != kMajor) return TlsStart::no;
  const std::uint8_t minor = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader.ok()) return TlsStart::perhaps;
  if (minor > 4 || length > tls::kMostRecordBytes) return TlsStart::no;
  if (content == tls::ContentType::handshake) {
    const TlsStart hello = hello_start(reader, length);
    if (hello != TlsStart::no) return hello;
  }
  if (content == tls::ContentType::alert && length == 2) return alert_start(reader, length);
  return records_start(bytes);
}

}  // namespace ucready::passive
