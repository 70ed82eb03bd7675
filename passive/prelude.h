// Plaintext that comes before TLS: what it is, and where in it the handshake may begin.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.h"

namespace ucready::passive {

// Both sides' plaintext, looked at segment by segment; the protocol is named from what is exact in it (RFC 3207, 9051,
// 6120, 4511, PostgreSQL's and MySQL's SSLRequest, MS-TDS 2.2.6.5).
class Prelude {
 public:
  void note(ByteView segment);
  // A word of the contract; "tls" where none of these was seen.
  [[nodiscard]] std::string_view protocol() const;

 private:
  enum Sign : std::uint16_t {
    kSmtpBanner = 1,
    kSmtpCommand = 2,
    kImapBanner = 4,
    kXmpp = 8,
    kXmppServer = 16,
    kLdapStartTls = 32,
    kPostgresqlRequest = 64,
    kMysqlGreeting = 128,
    kMysqlRequest = 256,
  };
  std::uint16_t signs_ = 0;
};

// How far into this segment a hello stands behind plaintext of the same segment: MySQL clients send their SSLRequest
// and the ClientHello together. 0: it does not.
std::size_t plaintext_before_hello(ByteView segment);

}  // namespace ucready::passive
