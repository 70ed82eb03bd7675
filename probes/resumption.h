// Does a server resume the session that it gave when its accepted hello was finished (tls/finish.h)?
#pragma once

#include "probes/audit.h"

namespace ucready::probes {

// Adds the trait to `seen` over at most one question. False where that handshake was not finished, or the answer tells
// neither way: then a whole TLS client must find out (handshake_audit.h).
asio::awaitable<bool> audit_resumption(Asker& asker, const AcceptedHello& hello, db::InterfaceObservation& seen);

}  // namespace ucready::probes
