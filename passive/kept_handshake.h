// The bytes of a handshake as both sides sent them, kept until it is known whether it failed: TLS alone, with TDS's
// framing where it is inside that, and never what was said in clear before. Each piece is
//   side (1 byte: 0 client-to-be-decided side a, 1 side b), microseconds since the first piece (4), length (2), bytes
// big-endian; a length of 0 stands where bytes are missing. The flow table rewrites the side to 0 client, 1 server
// before it hands them on.
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

// What all handshakes together may hold. Their buffers are used again and again: most succeed and theirs is not needed.
class KeptPool {
 public:
  explicit KeptPool(std::size_t most_bytes) : most_(most_bytes) {}
  // As keep_piece(); false where all together would hold too much.
  [[nodiscard]] bool keep(Bytes& kept, Side from, std::int64_t since_first_ns, ByteView bytes);
  // Leaves `kept` empty.
  void give_back(Bytes& kept);

 private:
  std::size_t most_;
  std::size_t held_ = 0;  // The capacity of all buffers that are out.
  std::vector<Bytes> spare_;
};

// Keeps what one call brings of one handshake. A handshake that did not find room once is not kept at all: half of one
// would read as another one.
class HandshakeKeeper {
 public:
  HandshakeKeeper(KeptPool& pool, Bytes& kept, bool& whole, std::int64_t since_first_ns)
      : pool_(pool), kept_(kept), whole_(whole), since_first_ns_(since_first_ns) {}

  void add(Side from, ByteView bytes);

 private:
  KeptPool& pool_;
  Bytes& kept_;
  bool& whole_;
  std::int64_t since_first_ns_;
};

}  // namespace ucready::passive
