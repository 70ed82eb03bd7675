// The ExtendedResponse that answers LDAP's StartTLS (RFC 4511 sections 4.12 and 4.14, in BER).
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::probes {

struct LdapAnswer {
  std::uint8_t result_code = 0;  // 0 success, 2 protocolError, 52 unavailable, ...
  std::string message;           // diagnosticMessage
  std::size_t size = 0;          // Bytes of the whole message.

  bool operator==(const LdapAnswer&) const = default;
};

// Nothing while the message is not whole; malformed for what is no LDAP answer, or longer than 64 kB.
Result<std::optional<LdapAnswer>> read_ldap_answer(ByteView bytes);

}  // namespace ucready::probes
