// What of a ClientHello stays the same from connection to connection of one client.
#pragma once

#include "core/bytes.h"

namespace ucready::passive {

// Writes into `skeleton` (whose old content goes) the fields of a hello in wire order, without what changes: random,
// session id, key shares (their groups stay), and the contents of server_name, session_ticket, pre_shared_key, cookie,
// padding, early data and encrypted_client_hello; GREASE numbers (RFC 8701) become 0x0a0a. docs/database.md lists it:
// its SHA-256 is the offer's id. False where the hello does not follow its format.
bool write_offer_skeleton(ByteView hello_body, Bytes& skeleton);

}  // namespace ucready::passive
