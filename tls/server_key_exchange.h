// ServerKeyExchange: RFC 5246 section 7.4.3 (DHE, anonymous, export RSA of RFC 2246), RFC 8422 section 5.4 (ECDHE),
// RFC 4279 and 5489 (PSK), RFC 5054 (SRP).
#pragma once

#include <optional>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"

namespace ucready::tls {

struct ServerKeyExchange {
  std::optional<Group> group;             // Of ECDHE; explicit curves as 0xff01 and 0xff02 (RFC 4492 section 5.1.1).
  std::optional<int> dh_bits;             // Of a DHE or SRP prime, leading zeros left out.
  std::optional<SignatureScheme> scheme;  // TLSv1.2 and signed; below it the suite implies the scheme.

  bool operator==(const ServerKeyExchange&) const = default;
};

// The server's share in an ECDHE exchange over a named curve; empty where it is something else.
ByteView ephemeral_share(ByteView body);

// What a suite's form of the message says. Of a suite whose form is not known nothing is read.
Result<ServerKeyExchange> read_server_key_exchange(ByteView body, Version version, CipherSuite suite);

}  // namespace ucready::tls
