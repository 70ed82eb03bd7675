// The bytes of a handshake as both sides sent them, kept until it is known whether it failed. Each piece is
//   side (1 byte: 0 client-to-be-decided side a, 1 side b), microseconds since the first piece (4), length (2), bytes
// big-endian; the flow table rewrites the side to 0 client, 1 server before it hands them on.
#pragma once

#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "passive/conversation.h"

namespace ucready::passive {

inline constexpr std::size_t kMostKeptOfOne = 32 * 1024;

// Appends a piece, cut so that the whole stays within 32 kB.
void keep_piece(Bytes& kept, Side from, std::int64_t since_first_ns, ByteView bytes);
// Sides become 0 = client and 1 = server.
void name_sides(Bytes& kept, Side client);

// Buffers that are used again and again: most handshakes succeed and theirs is not needed.
class KeptPool {
 public:
  explicit KeptPool(std::size_t most_bytes) : most_(most_bytes) {}
  // Room for one more handshake; false when all together hold too much.
  [[nodiscard]] bool has_room() const { return out_ * kMostKeptOfOne < most_; }
  Bytes take();
  void give_back(Bytes&& buffer);

 private:
  std::size_t most_;
  std::size_t out_ = 0;
  std::vector<Bytes> spare_;
};

}  // namespace ucready::passive
