#include "probes/dialect/mysql_greeting.h"

#include <algorithm>

namespace ucready::probes {
namespace {

constexpr std::size_t kLongestPacket = 4096;

// This protocol alone has its numbers the little end first.
std::size_t u24_little(ByteReader& reader) {
  const std::size_t low = reader.u8(), middle = reader.u8(), high = reader.u8();
  return low | middle << 8U | high << 16U;
}

std::string read_until_zero(ByteReader& reader) {
  std::string text;
  for (std::uint8_t byte = reader.u8(); reader.ok() && byte != 0; byte = reader.u8()) text += static_cast<char>(byte);
  return text;
}

}  // namespace

Result<std::optional<MysqlGreeting>> read_mysql_greeting(ByteView bytes) {
  constexpr std::uint8_t kError = 0xff, kProtocol = 10, kTlsBit = 0x08;
  ByteReader reader(bytes);
  const std::size_t length = u24_little(reader);
  MysqlGreeting greeting{.sequence = reader.u8()};
  if (!reader.ok()) return std::optional<MysqlGreeting>();
  if (length == 0 || length > kLongestPacket) return fail(ErrorCode::malformed, "what came is no greeting of MySQL");
  if (reader.remaining() < length) return std::optional<MysqlGreeting>();
  greeting.size = bytes.size() - reader.remaining() + length;

  ByteReader packet(reader.bytes(length));
  const std::uint8_t kind = packet.u8();
  if (kind == kError) {
    packet.u16();  // error code
    greeting.refusal = as_text(packet.rest());
    if (!packet.ok() || greeting.refusal.empty()) return fail(ErrorCode::malformed, "an error of MySQL is cut short");
    return greeting;
  }
  greeting.server_version = read_until_zero(packet);
  packet.u32();     // connection id
  packet.bytes(8);  // first part of the scramble
  packet.u8();      // filler
  packet.u8();      // capabilities, bits 0 to 7
  greeting.offers_tls = (packet.u8() & kTlsBit) != 0;
  if (kind != kProtocol || !packet.ok()) return fail(ErrorCode::malformed, "what came is no greeting of MySQL");
  return greeting;
}

}  // namespace ucready::probes
