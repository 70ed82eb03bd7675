#include "passive/kept_handshake.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ucready::passive {
namespace {
constexpr std::size_t kPieceHeaderBytes = 7;
constexpr std::size_t kMostSpare = 64;
constexpr std::size_t kMostSpareBytes = 8 * 1024;  // Of one: a large one would take a small handshake's room.
}  // namespace

void keep_piece(Bytes& kept, Side from, std::int64_t since_first_ns, ByteView bytes) {
  do {
    if (kept.size() + kPieceHeaderBytes >= kMostKeptOfOne) return;
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
    append(kept, header);
    append(kept, piece);
  } while (!bytes.empty());
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

bool KeptPool::keep(Bytes& kept, Side from, std::int64_t since_first_ns, ByteView bytes) {
  const bool grows = kept.size() + kPieceHeaderBytes + bytes.size() > kept.capacity();
  if (grows && held_ + bytes.size() > most_) return false;
  if (kept.capacity() == 0 && !spare_.empty()) {
    kept = std::move(spare_.back());
    spare_.pop_back();
    held_ += kept.capacity();
  }
  const std::size_t before = kept.capacity();
  keep_piece(kept, from, since_first_ns, bytes);
  held_ += kept.capacity() - before;
  return true;
}

void KeptPool::give_back(Bytes& kept) {
  Bytes buffer = std::exchange(kept, {});
  held_ -= buffer.capacity();
  if (buffer.capacity() == 0 || buffer.capacity() > kMostSpareBytes || spare_.size() >= kMostSpare) return;
  spare_.push_back(std::move(buffer));
  spare_.back().clear();
}

void HandshakeKeeper::add(Side from, ByteView bytes) {
  if (!whole_) return;
  whole_ = pool_.keep(kept_, from, since_first_ns_, bytes);
  if (!whole_) pool_.give_back(kept_);
}

}  // namespace ucready::passive
