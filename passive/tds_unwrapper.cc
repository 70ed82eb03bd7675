#include "passive/tds_unwrapper.h"

#include <algorithm>

namespace ucready::passive {
namespace {

constexpr std::uint8_t kPrelogin = 0x12;
constexpr std::uint8_t kTabularResult = 0x04;  // Of servers that answer a PRELOGIN with it.

}  // namespace

bool is_tds_prelogin(ByteView header) {
  ByteReader reader(header);
  const std::uint8_t type = reader.u8();
  const std::uint8_t status = reader.u8();
  const std::uint16_t length = reader.u16();
  reader.u16();  // SPID
  reader.u8();   // PacketID
  const std::uint8_t window = reader.u8();
  return reader.ok() && (type == kPrelogin || type == kTabularResult) && status <= 1 && length > kTdsHeaderBytes &&
         window == 0;
}

bool TdsUnwrapper::begin_packet(ByteView& bytes) {
  if (header_bytes_ == 0) {
    ByteReader first(bytes);
    const std::uint8_t type = first.u8();
    if (type != kPrelogin && type != kTabularResult) {
      bare_ = true;
      return false;
    }
  }
  const ByteView taken = bytes.first(std::min(header_.size() - header_bytes_, bytes.size()));
  for (const std::uint8_t byte : taken) header_[header_bytes_++] = byte;
  bytes = bytes.subspan(taken.size());
  if (header_bytes_ < header_.size()) return false;
  header_bytes_ = 0;
  ByteReader reader(header_);
  reader.u16();  // Type, Status
  const std::uint16_t length = reader.u16();
  left_ = length > kTdsHeaderBytes ? length - kTdsHeaderBytes : 0;
  return left_ > 0;
}

}  // namespace ucready::passive
