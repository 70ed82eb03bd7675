// The end of a handshake, once the server's flight is whole: the client's Finished, the server's proof, and the session
// that it may give. No certificate of the client's, and no judgement of the server's.
#pragma once

#include <memory>

#include "core/bytes.h"
#include "tls/protected_records.h"
#include "tls/record.h"
#include "tls/session.h"
#include "tls/tls13_keys.h"

namespace ucready::tls {

class Finish {
 public:
  enum class State {
    going_on,
    ended,   // The server has proven that it holds the keys, and nothing more is wanted.
    broken,  // It said something else: an alert, data out of place, a wrong proof.
  };

  virtual ~Finish() = default;
  // The next record after the flight.
  virtual State take(const Record& record) = 0;
  // Once it ended, in TLSv1.3 at once: what both say from now on goes through these.
  virtual std::unique_ptr<ProtectedRecords> take_records() = 0;
  // Once it ended; null when none was given.
  [[nodiscard]] virtual std::shared_ptr<const Session> session() const = 0;
};

// What both ends have said and agreed on. The views end with the call that takes it.
struct Agreed {
  CipherSuite suite;
  ByteView client_random, server_random;
  ByteView session_id;     // The server's.
  bool extended = false;   // Both want the extended master secret (RFC 7627).
  ByteView client_share;   // Of the ECDHE exchange.
  ByteView shared_secret;  // What comes of it.
  Bytes transcript;        // ClientHello..ServerHelloDone; when resuming ClientHello..ServerHello.
};

// TLS 1.2, of a suite with has_tls12_keys(): writes ClientKeyExchange, ChangeCipherSpec and Finished to `out`. Null
// when the library refuses.
std::unique_ptr<Finish> finish_tls12(Agreed agreed, ByteWriter& out);
// The server took up `session`, and proves it without a word of the client's.
std::unique_ptr<Finish> finish_resumed_tls12(Agreed agreed, const Session& session);

// TLS 1.3: `transcript` is ClientHello..server Finished. Writes the client's Finished; ends with the first ticket. Null
// when the library refuses.
std::unique_ptr<Finish> finish_tls13(CipherSuite suite, const HandshakeSecrets& secrets, Bytes transcript,
                                     ByteWriter& out);

}  // namespace ucready::tls
