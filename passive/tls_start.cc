#include "passive/tls_start.h"

#include "tls/record.h"

namespace ucready::passive {
namespace {

constexpr std::uint8_t kClientHello = 1, kServerHello = 2;
constexpr std::uint8_t kTdsPrelogin = 0x12;

bool is_record_type(std::uint8_t type) { return type >= 20 && type <= 24; }

StartVerdict handshake_start(ByteReader reader, std::size_t record_bytes) {
  const std::uint8_t type = reader.u8();
  if (!reader.ok()) return StartVerdict::unclear;
  if (type != kClientHello && type != kServerHello) return StartVerdict::record;
  const StartVerdict found = type == kClientHello ? StartVerdict::client_hello : StartVerdict::server_hello;
  if (record_bytes < 6) return found;  // A hello in crumbs.
  const std::uint32_t message_bytes = reader.u24();
  const std::uint8_t major = reader.u8();
  if (!reader.ok()) return StartVerdict::unclear;
  return message_bytes >= 38 && message_bytes < (1U << 18U) && major == 3 ? found : StartVerdict::record;
}

// Two bytes of length with the high bit set, CLIENT-HELLO, a version, then three lengths that add up.
StartVerdict sslv2_start(ByteView bytes) {
  ByteReader reader(bytes);
  const std::size_t record_bytes = reader.u16() & 0x7fffU;
  const std::uint8_t type = reader.u8();
  const std::uint8_t major = reader.u8(), minor = reader.u8();
  const std::size_t suites = reader.u16(), session_id = reader.u16(), challenge = reader.u16();
  if (bytes.size() >= 3 && type != kClientHello) return StartVerdict::no;
  if (!reader.ok()) return StartVerdict::unclear;
  const bool version = (major == 3 && minor <= 4) || (major == 0 && minor == 2);
  const bool lengths = suites % 3 == 0 && suites > 0 && challenge >= 8 && challenge <= 32 &&
                       9 + suites + session_id + challenge == record_bytes;
  return version && lengths ? StartVerdict::sslv2_hello : StartVerdict::no;
}

}  // namespace

StartVerdict start_of(ByteView bytes, bool at_stream_start) {
  if (bytes.empty()) return StartVerdict::unclear;
  ByteReader reader(bytes);
  const std::uint8_t type = reader.u8();
  if (at_stream_start && (type & 0x80U) != 0) return sslv2_start(bytes);
  if (type == kTdsPrelogin) {
    const std::uint8_t status = reader.u8();
    const std::size_t length = reader.u16();
    if (!reader.ok()) return StartVerdict::unclear;
    return status <= 1 && length >= 8 && length <= 0x8000 ? StartVerdict::tds : StartVerdict::no;
  }
  if (!is_record_type(type)) return StartVerdict::no;
  const std::uint8_t major = reader.u8();
  if (bytes.size() >= 2 && major != 3) return StartVerdict::no;
  const std::uint8_t minor = reader.u8();
  if (bytes.size() >= 3 && minor > 4) return StartVerdict::no;
  const std::size_t length = reader.u16();
  if (!reader.ok()) return StartVerdict::unclear;
  if (length == 0 || length > tls::kMostRecordBytes) return StartVerdict::no;
  if (type == 22) return handshake_start(reader, length);
  if (type == 20 && length != 1) return StartVerdict::no;
  return StartVerdict::record;
}

}  // namespace ucready::passive
