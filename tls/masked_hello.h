// A recorded hello without what belongs to one connection, fit to be carried elsewhere.
#pragma once

#include "core/result.h"
#include "tls/client_hello.h"

namespace ucready::tls {

// The same bytes with zeros for random, session id, shares, tickets, identities and binders of sessions and cookies,
// and with the server's name crossed out; no length changes, so what makes two hellos one offer is kept. `message` and
// errors as of offer_of_recording().
Result<Bytes> masked_hello(ByteView message);

}  // namespace ucready::tls
