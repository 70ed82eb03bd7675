// The key schedule of TLS 1.2 (RFC 5246 sections 5, 6.3, 7.4.9 and 8.1; RFC 7627) and the records of its AEAD suites
// (RFC 5288, 7905).
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "tls/aead.h"
#include "tls/protected_records.h"
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

class Tls12Records final : public ProtectedRecords {
 public:
  Tls12Records(CipherSuite suite, const Secret& master, const Randoms& randoms);

  bool seal(ContentType type, ByteView content, ByteWriter& out) override;
  Result<Opened> open(const Record& record) override;

 private:
  const AeadSuite& suite_;
  AeadKey client_, server_;
  std::uint64_t sealed_ = 0, opened_ = 0;
  Bytes plain_;
};

}  // namespace ucready::tls
