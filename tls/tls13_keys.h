// The key schedule of TLS 1.3 (RFC 8446 section 7.1), its Finished and binders (4.4.4, 4.2.11.2) and its records (5.2).
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/aead.h"
#include "tls/code_points.h"
#include "tls/protected_records.h"
#include "tls/secret.h"

namespace ucready::tls {

// TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_CCM_SHA256 and
// TLS_AES_128_CCM_8_SHA256. The functions below want one of these.
bool has_tls13_keys(CipherSuite suite);

// With the hash of the suite.
Secret transcript_hash(CipherSuite suite, ByteView messages);
bool same_hash(CipherSuite one, CipherSuite other);

struct HandshakeSecrets {
  Secret client;  // client_handshake_traffic_secret
  Secret server;  // server_handshake_traffic_secret
  Secret base;    // The Handshake Secret, from which the next ones come.
};
// `hash` over ClientHello..ServerHello. `psk`: of the session that the server took up; empty: none.
HandshakeSecrets derive_handshake_secrets(CipherSuite suite, ByteView shared_secret, ByteView hash, ByteView psk = {});

struct ApplicationSecrets {
  Secret client;  // client_application_traffic_secret_0
  Secret server;  // server_application_traffic_secret_0
  Secret base;    // The Main Secret.
};
// `hash` over ClientHello..server Finished.
ApplicationSecrets derive_application_secrets(CipherSuite suite, const Secret& handshake_base, ByteView hash);

// What a NewSessionTicket of this nonce (at most 64 bytes of it count) stands for; `hash` over ClientHello..client
// Finished (section 4.6.1).
Secret derive_ticket_psk(CipherSuite suite, const Secret& application_base, ByteView hash, ByteView nonce);

// The verify_data of a Finished whose sender has this traffic secret; `hash` over all before it.
Secret finished_mac(CipherSuite suite, const Secret& traffic_secret, ByteView hash);
// `hash` over the transcript up to the binders of the ClientHello.
Secret psk_binder(CipherSuite suite, ByteView psk, ByteView hash);

// Opens one direction's records in their order.
class RecordOpener {
 public:
  RecordOpener(CipherSuite suite, ByteView traffic_secret);

  using Opened = ProtectedRecords::Opened;
  // `header` and `body` of an application_data record.
  Result<Opened> open(ByteView header, ByteView body);

 private:
  const AeadSuite* suite_;
  AeadKey key_;
  std::uint64_t sequence_ = 0;
  Bytes plain_;
};

// Seals one direction's records in their order.
class RecordSealer {
 public:
  RecordSealer(CipherSuite suite, ByteView traffic_secret);

  // As ProtectedRecords::seal.
  bool seal(ContentType type, ByteView content, ByteWriter& out);

 private:
  const AeadSuite* suite_;
  AeadKey key_;
  std::uint64_t sequence_ = 0;
};

class Tls13Records final : public ProtectedRecords {
 public:
  Tls13Records(CipherSuite suite, const ApplicationSecrets& secrets);

  bool seal(ContentType type, ByteView content, ByteWriter& out) override;
  // Another type than application_data was sent without a key.
  Result<Opened> open(const Record& record) override;

 private:
  RecordSealer sealer_;
  RecordOpener opener_;
};

}  // namespace ucready::tls
