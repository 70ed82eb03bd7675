#include "tls/handshake.h"

#include <fmt/format.h>

namespace ucready::tls {

void HandshakeReader::feed(ByteView fragment) {
  // As in RecordReader: the front is given back only when it outweighs the rest, so the work stays linear.
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
  } else if (taken_ > buffer_.size() - taken_) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  append(buffer_, fragment);
}

Result<std::optional<HandshakeMessage>> HandshakeReader::next() {
  constexpr std::size_t kHeaderBytes = 4;
  const ByteView rest = ByteView(buffer_).subspan(taken_);
  ByteReader reader(rest);
  const HandshakeType type{reader.u8()};
  const std::uint32_t length = reader.u24();
  if (!reader.ok()) return std::nullopt;
  if (length > most_) {
    return fail(ErrorCode::too_large,
                fmt::format("a handshake message of {} bytes; at most {} are read", length, most_));
  }
  const ByteView body = reader.bytes(length);
  if (!reader.ok()) return std::nullopt;
  taken_ += kHeaderBytes + length;
  return HandshakeMessage{type, body, rest.first(kHeaderBytes + length)};
}

}  // namespace ucready::tls
