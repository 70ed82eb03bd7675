// An OpenSSL endpoint made like one end of a hop.
#pragma once

#include "core/result.h"
#include "rehearsal/certificates.h"
#include "rehearsal/ssl_handle.h"

namespace ucready::rehearsal {

// How an endpoint judges the other's chain, and what it thought. Must outlive the endpoint.
struct Judge {
  Certificates* certificates = nullptr;
  const negotiation::Trust* trust = nullptr;
  std::string objection;  // The first, in libcrypto's words, whether it counted or not.
};

// Errors: what the OpenSSL at hand cannot be made to do. A key that its level refuses is left out, as in real life.
Result<SslHandle> make_client(const negotiation::ClientProfile& client, Judge& judge);
Result<SslHandle> make_server(const negotiation::ServerProfile& server, Judge& judge);

// The sizes of a fixed Diffie-Hellman prime that there is one for.
bool has_dh_prime(int bits);

}  // namespace ucready::rehearsal
