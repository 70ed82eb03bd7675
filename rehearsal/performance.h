// One attempt between two OpenSSL endpoints in memory: no socket, no clock, no file.
//
// In TLSv1.3 a client has finished before the server has judged its certificate: each end reads once more after it is
// done.
#pragma once

#include <functional>

#include "core/result.h"
#include "rehearsal/certificates.h"
#include "upgrade/negotiation/doubt.h"

namespace ucready::rehearsal {

// What one end had to say when it gave up.
struct EndReport {
  std::string errors;     // Its OpenSSL's error queue, one line an entry.
  std::string objection;  // To the other's chain; empty: none.
};

struct Observed {
  negotiation::Outcome outcome;                  // Without branches, reason and explanation.
  std::optional<negotiation::HelloFacts> hello;  // The first ClientHello, as the client wrote it.
  bool downgrade_mark = false;
  std::optional<tls::CipherSuite> retry_suite;  // Of a HelloRetryRequest.
  std::optional<tls::Group> retry_group;
  EndReport client;
  EndReport server;
};

// Somebody between the two: takes the client's first flight as written, gives what the server shall get. Then the
// attempt need not come to an end of its own.
using Meddler = std::function<Bytes(ByteView flight)>;

// Errors: what the OpenSSL at hand cannot be made to do.
Result<Observed> perform(const negotiation::Ends& ends, Certificates& certificates, const Meddler& meddler = {});

}  // namespace ucready::rehearsal
