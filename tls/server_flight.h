// What the handshake messages after the ServerHello add to an answer.
#pragma once

#include "core/result.h"
#include "tls/handshake.h"
#include "tls/server_answer.h"

namespace ucready::tls {

// Reads one message of a flight whose version and suite `answer` already holds; sets `flight_complete` when nothing
// more is wanted. Messages without interest are passed over.
Result<void> take_flight_message(const HandshakeMessage& message, ServerAnswer& answer);

}  // namespace ucready::tls
