// The two hashes that TLS derives its keys with, and HMAC over them (RFC 2104).
#pragma once

#include <memory>
#include <span>

#include "tls/secret.h"

namespace ucready::tls {

enum class HashKind { sha256, sha384 };

// Made once for each thread: a lookup of an algorithm and a new context cost OpenSSL 3 more than hashing a whole
// transcript.
class Hasher {
 public:
  static Hasher& of(HashKind kind);

  explicit Hasher(HashKind kind);
  ~Hasher();

  [[nodiscard]] std::size_t bytes() const;
  // Of one message, cut in two.
  Secret hash(ByteView first, ByteView second = {});
  Secret hmac(ByteView key, ByteView message);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ucready::tls
