// What two endpoints say to each other, taken from the messages they hand to the record layer: no wire is read.
#pragma once

#include "rehearsal/ssl_handle.h"
#include "tls/server_flight.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::rehearsal {

struct Overheard {
  std::optional<negotiation::HelloFacts> hello;  // The first ClientHello.
  tls::ServerAnswer answer;                      // What the server sent.
  tls::ServerAnswer client_answer;               // The client's Certificate.
  bool server_hello = false;
  bool hello_retry = false;
  bool downgrade_mark = false;  // RFC 8446 section 4.1.3.
  std::optional<tls::CipherSuite> retry_suite;
  std::optional<tls::Group> retry_group;
  std::optional<negotiation::Refusal> refusal;  // The first fatal alert: sender and number.
  std::string trouble;                          // A message of theirs that could not be read.

  // The phase in which it came.
  [[nodiscard]] negotiation::Phase phase() const;
};

// Listens to one endpoint from now on. All three must outlive its handshake.
struct Ear {
  negotiation::Side side = negotiation::Side::client;
  Overheard* overheard = nullptr;
};
void listen(SSL* endpoint, Ear& ear);

}  // namespace ucready::rehearsal
