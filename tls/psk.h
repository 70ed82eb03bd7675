// The pre_shared_key extension of a TLS 1.3 ClientHello: RFC 8446 section 4.2.11.
#pragma once

#include "core/bytes.h"
#include "tls/session.h"

namespace ucready::tls {

// Writes the extension, with zeros for the binder. Nothing may follow it in the hello.
void write_pre_shared_key(ByteWriter& out, const Session& session);

// Puts the binder into a whole ClientHello that ends with that extension. `before`: the transcript so far, of a first
// hello that a HelloRetryRequest answered.
void bind_pre_shared_key(Bytes& hello, const Session& session, ByteView before);

}  // namespace ucready::tls
