// The key schedule of TLS 1.2 (RFC 5246 sections 5, 6.3, 7.4.9 and 8.1; RFC 7627) and the records of its AEAD suites
// (RFC 5288, 7905).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/bytes.h"
#include "tls/aead.h"
#include "tls/record.h"
#include "tls/secret.h"

namespace ucready::tls {

// ECDHE with AES-GCM or ChaCha20. The functions below want one of these.
bool has_tls12_keys(CipherSuite suite);

Secret tls12_hash(CipherSuite suite, ByteView messages);

struct Randoms {
  ByteView client, server;
};
Secret master_secret(CipherSuite suite, ByteView premaster, const Randoms& randoms);
// `hash` over ClientHello..ClientKeyExchange.
Secret extended_master_secret(CipherSuite suite, ByteView premaster, ByteView hash);

enum class Speaker { client, server };
// The verify_data of a Finished; `hash` over all before it.
Secret tls12_finished(CipherSuite suite, const Secret& master, Speaker speaker, ByteView hash);

// The keys of both directions.
class Tls12Records {
 public:
  Tls12Records(CipherSuite suite, const Secret& master, const Randoms& randoms);

  // Appends the client's record of that number. False when the library refuses.
  bool seal(std::uint64_t number, ContentType type, ByteView content, ByteWriter& out) const;
  // The server's first record: its Finished. Nothing when it cannot be opened.
  [[nodiscard]] std::optional<Bytes> open_finished(ByteView body) const;

 private:
  const AeadSuite& suite_;
  AeadKey client_, server_;
};

}  // namespace ucready::tls
