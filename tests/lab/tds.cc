#include "tds.h"

#include <algorithm>

namespace ucready::lab {
namespace {

constexpr std::uint8_t kTabularResult = 0x04;
constexpr std::uint8_t kPrelogin = 0x12;
constexpr std::size_t kHeader = 8;
constexpr std::size_t kLongestPayload = 4096 - kHeader;

void write_packet(ByteWriter& writer, std::uint8_t type, bool last, ByteView payload) {
  writer.u8(type);
  writer.u8(last ? 1 : 0);  // status: end of message
  writer.u16(static_cast<std::uint16_t>(kHeader + payload.size()));
  writer.bytes(Bytes{0, 0, 0, 0});  // SPID, packet id, window
  writer.bytes(payload);
}

}  // namespace

Bytes take_tds_payload(Bytes& received) {
  Bytes payload;
  std::size_t taken = 0;
  for (ByteReader reader(received); reader.remaining() >= kHeader;) {
    reader.u16();  // type, status
    const std::size_t length = reader.u16();
    reader.u32();  // SPID, packet id, window
    const auto body = reader.bytes(length < kHeader ? 0 : length - kHeader);
    if (!reader.ok() || length < kHeader) break;
    payload.insert(payload.end(), body.begin(), body.end());
    taken = received.size() - reader.remaining();
  }
  received.erase(received.begin(), received.begin() + static_cast<std::ptrdiff_t>(taken));
  return payload;
}

Bytes tds_packets(ByteView payload) {
  ByteWriter writer;
  while (!payload.empty()) {
    const std::size_t size = std::min(payload.size(), kLongestPayload);
    write_packet(writer, kPrelogin, size == payload.size(), payload.first(size));
    payload = payload.subspan(size);
  }
  return writer.take();
}

Bytes tds_prelogin_answer(bool encrypted) {
  ByteWriter options;
  options.bytes(Bytes{0x00, 0, 11, 0, 6});  // VERSION: offset and length
  options.bytes(Bytes{0x01, 0, 17, 0, 1});  // ENCRYPTION
  options.u8(0xff);
  options.bytes(Bytes{13, 0, 0x07, 0xd0, 0, 0});
  options.u8(encrypted ? 1 : 2);
  ByteWriter writer;
  write_packet(writer, kTabularResult, true, options.view());
  return writer.take();
}

}  // namespace ucready::lab
