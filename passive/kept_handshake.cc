#include "passive/kept_handshake.h"

#include <algorithm>

namespace ucready::passive {
namespace {
constexpr std::size_t kPieceHeaderBytes = 7;
constexpr std::size_t kMostSpare = 64;
}  // namespace

void keep_piece(Bytes& kept, Side from, std::int64_t since_first_ns, ByteView bytes) {
  while (!bytes.empty() && kept.size() + kPieceHeaderBytes < kMostKeptOfOne) {
    const std::size_t room = std::min<std::size_t>(kMostKeptOfOne - kept.size() - kPieceHeaderBytes, 0xffff);
    const ByteView piece = bytes.first(std::min(room, bytes.size()));
    bytes = bytes.subspan(piece.size());
    const auto microseconds =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(since_first_ns / 1000, 0, 0xffffffff));
    const auto length = static_cast<std::uint16_t>(piece.size());
    const std::array<std::uint8_t, kPieceHeaderBytes> header = {static_cast<std::uint8_t>(from),
                                                                static_cast<std::uint8_t>(microseconds >> 24U),
                                                                static_cast<std::uint8_t>(microseconds >> 16U),
                                                                static_cast<std::uint8_t>(microseconds >> 8U),
                                                                static_cast<std::uint8_t>(microseconds),
                                                                static_cast<std::uint8_t>(length >> 8U),
                                                                static_cast<std::uint8_t>(length)};
    kept.insert(kept.end(), header.begin(), header.end());
    kept.insert(kept.end(), piece.begin(), piece.end());
  }
}

void name_sides(Bytes& kept, Side client) {
  ByteReader reader(kept);
  std::size_t at = 0;
  while (!reader.empty()) {
    const auto from = static_cast<Side>(reader.u8());
    reader.u32();
    const std::size_t length = reader.u16_block().size();
    if (!reader.ok()) return;
    kept[at] = from == client ? 0 : 1;
    at += kPieceHeaderBytes + length;
  }
}

Bytes KeptPool::take() {
  ++out_;
  if (spare_.empty()) return {};
  Bytes buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void KeptPool::give_back(Bytes&& buffer) {
  --out_;
  if (spare_.size() >= kMostSpare || buffer.capacity() == 0) return;
  buffer.clear();
  spare_.push_back(std::move(buffer));
}

}  // namespace ucready::passive
