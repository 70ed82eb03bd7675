// What only a completed handshake tells of one version: whether the client certificate that is asked for is required,
// whether the scan's own is taken, and whether sessions are resumed.
#pragma once

#include "probes/audit.h"
#include "probes/tls_client.h"

namespace ucready::probes {

// After a handshake in which this end sent no certificate, although asked: 1 refused for it, 0 went on without, nothing
// where neither is proven. RFC 5246 section 7.4.6, RFC 8446 section 4.4.2.4; which alerts stacks send was measured.
std::optional<bool> certificate_required(tls::Version version, const HandshakeReport& report);
// After one in which it sent one: 1 went on with it, 0 refused for it, nothing where neither is proven.
std::optional<bool> certificate_taken(tls::Version version, const HandshakeReport& report);

// The server was seen to ask for a client certificate at that version.
bool asks_certificate(const db::InterfaceObservation& seen, tls::Version version);

// Adds to `seen`; does nothing where OpenSSL has not the version. At most four connections, mostly one.
asio::awaitable<void> audit_handshakes(Asker& asker, const AcceptedHello& accepted, db::InterfaceObservation& seen);

// The third of them alone: does the server take the scan's certificate?
asio::awaitable<void> show_certificate(Asker& asker, tls::Version version, const std::string& server_name,
                                       db::InterfaceObservation& seen);

}  // namespace ucready::probes
