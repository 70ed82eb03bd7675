// A ClientHello without what changes from connection to connection: what makes two hellos one offer.
#pragma once

#include "core/bytes.h"
#include "tls/code_points.h"

namespace ucready::passive {

// What a conversation needs to know of the hello itself. Views into it.
struct HelloFields {
  tls::Version legacy_version;
  ByteView random;
  ByteView session_id;
  ByteView server_name;
  bool session_ticket = false;  // A ticket, not only the wish for one.
  bool early_data = false;
};

// Reads the body of a ClientHello (`sslv2`: an SSLv2 record without its header) in one pass, and writes its canonical
// form into `canonical`, whose room is used again. docs/database.md lists what that form leaves out. False: malformed.
[[nodiscard]] bool read_canonical(ByteView body, bool sslv2, HelloFields& fields, Bytes& canonical);

}  // namespace ucready::passive
