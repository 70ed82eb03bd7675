// Plaintext that comes before TLS: what it is, and where in it the handshake may begin.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace ucready::passive {

// The beginning of both sides' plaintext; the protocol is named from what is exact in it (RFC 3207, 9051, 6120, 4511,
// PostgreSQL's and MySQL's SSLRequest).
class Prelude {
 public:
  void note(std::size_t side, ByteView bytes);  // At most 1 kB of a side is kept.
  // A word of the contract; "tls" where none of these was seen.
  [[nodiscard]] std::string_view protocol() const;
  [[nodiscard]] std::size_t memory() const { return said_[0].capacity() + said_[1].capacity(); }

 private:
  std::array<std::string, 2> said_;
};

// How far into this segment a hello stands behind plaintext of the same segment: MySQL clients send their SSLRequest
// and the ClientHello together. 0: it does not.
std::size_t plaintext_before_hello(ByteView segment);

}  // namespace ucready::passive
