// Reads X.509 certificates (RFC 5280) into plain values, with libcrypto.
//
// Names are written as RFC 2253 shows them: the most specific part first ("CN=a.example,O=Nordwind,C=DE"), UTF-8,
// specials behind a backslash, control characters and NUL as \0A. A date that is no date is left empty. In `san` every
// character that could forge an entry (comma, backslash, all but printable ASCII) is \xNN. `signature_hash` is empty
// where the algorithm hashes by itself (Ed25519, Ed448).
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "core/certificate.h"

namespace ucready::trust {

// Never fails: a certificate that cannot be parsed comes back with its bytes, digest and `defect`. What is longer than
// 64 kB is cut there and has a defect. Names of any content and length up to that are kept as they are.
CertificatePtr read_certificate(ByteView der);

// "CN=NW-Root,O=Nordwind" of a DER distinguished name; hex behind a "#" when it is none.
std::string read_name(ByteView der);

// Keeps the certificates read last, found by their bytes, so that a chain seen at a thousand interfaces is parsed once.
// Bounded by count and by bytes; forgetting only costs a second parse. Not thread-safe.
class CertificateCache {
 public:
  explicit CertificateCache(std::size_t capacity = 4096, std::size_t most_bytes = 16U << 20)
      : capacity_(capacity), most_bytes_(most_bytes) {}
  CertificatePtr read(ByteView der);

 private:
  using Table = std::unordered_map<std::string, CertificatePtr>;
  void keep(const std::string& digest, const CertificatePtr& certificate);

  std::size_t capacity_;
  std::size_t most_bytes_;
  // Two halves: when the newer is full it becomes the older, and what was not asked for since is forgotten.
  Table newer_;
  Table older_;
  std::size_t newer_bytes_ = 0;
};

}  // namespace ucready::trust
