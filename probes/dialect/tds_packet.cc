#include "probes/dialect/tds_packet.h"

#include <algorithm>

namespace ucready::probes {
namespace {

constexpr std::size_t kHeaderBytes = 8, kMostPacketBytes = 4096;
constexpr std::uint8_t kEndOfMessage = 1;
constexpr std::uint8_t kVersionOption = 0, kEncryptionOption = 1, kTerminator = 0xff;

}  // namespace

Bytes write_tds_message(std::uint8_t type, ByteView payload) {
  ByteWriter out;
  std::uint8_t number = 0;
  do {
    const std::size_t size = std::min(payload.size(), kMostPacketBytes - kHeaderBytes);
    out.u8(type);
    out.u8(size == payload.size() ? kEndOfMessage : 0);
    out.u16(static_cast<std::uint16_t>(kHeaderBytes + size));
    out.u16(0);  // SPID
    out.u8(number++);
    out.u8(0);  // window
    out.bytes(payload.first(size));
    payload = payload.subspan(size);
  } while (!payload.empty());
  return out.take();
}

Result<std::optional<TdsPacket>> read_tds_packet(ByteView bytes) {
  ByteReader reader(bytes);
  if (bytes.empty()) return std::optional<TdsPacket>();
  TdsPacket packet{.type = reader.u8()};
  if (packet.type != kTdsPrelogin && packet.type != kTdsResponse) {
    return fail(ErrorCode::malformed, "what came is no packet of TDS");
  }
  packet.last = (reader.u8() & kEndOfMessage) != 0;
  packet.size = reader.u16();
  reader.u16();  // SPID
  reader.u8();   // packet id
  reader.u8();   // window
  if (!reader.ok()) return std::optional<TdsPacket>();
  if (packet.size < kHeaderBytes) return fail(ErrorCode::malformed, "a packet of TDS is shorter than its header");
  packet.payload = reader.bytes(packet.size - kHeaderBytes);
  if (!reader.ok()) return std::optional<TdsPacket>();
  return packet;
}

Bytes tds_prelogin_request() {
  constexpr std::uint8_t kEncryptionOn = 1;
  constexpr std::uint16_t kTableBytes = 11, kVersionBytes = 6;
  ByteWriter out;
  out.u8(kVersionOption);
  out.u16(kTableBytes);
  out.u16(kVersionBytes);
  out.u8(kEncryptionOption);
  out.u16(kTableBytes + kVersionBytes);
  out.u16(1);
  out.u8(kTerminator);
  out.bytes(Bytes{16, 0, 0, 0, 0, 0});  // VERSION
  out.u8(kEncryptionOn);
  return write_tds_message(kTdsPrelogin, out.view());
}

Result<std::uint8_t> read_tds_encryption(ByteView payload) {
  ByteReader table(payload);
  for (std::uint8_t option = table.u8(); table.ok() && option != kTerminator; option = table.u8()) {
    const std::size_t offset = table.u16(), size = table.u16();
    if (option != kEncryptionOption) continue;
    ByteReader content(payload);
    content.bytes(offset);
    const std::uint8_t value = content.u8();
    if (table.ok() && content.ok() && size >= 1) return value;
    break;
  }
  return fail(ErrorCode::malformed, "the answer to PRELOGIN says nothing of encryption");
}

}  // namespace ucready::probes
