// What a server gave to come back with: RFC 5246 section 7.3, RFC 5077, RFC 8446 section 4.6.1.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "tls/code_points.h"
#include "tls/secret.h"

namespace ucready::tls {

struct Session {
  static constexpr std::size_t kMostTicketBytes = 16 * 1024;  // A longer one is not kept: a hello might not hold it.

  Version version;  // TLSv1.2 or TLSv1.3.
  CipherSuite suite;
  Secret secret;              // The master secret; in TLSv1.3 the PSK.
  Bytes ticket;               // Empty up to TLSv1.2: known by its id.
  Bytes id;                   // Up to TLSv1.2.
  std::uint32_t age_add = 0;  // TLSv1.3. It is shown at once: its age is told as none.

  bool operator==(const Session&) const = default;
};

}  // namespace ucready::tls
