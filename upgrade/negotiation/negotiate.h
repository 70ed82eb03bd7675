// How two TLS stacks agree, as three pure stages: the client offers, the server selects, the client accepts; then the
// server judges the client's certificate. No clock, no files, no randomness: the same profiles give the same outcome.
//
//   const Outcome outcome = negotiate(client, server);
//   if (!outcome.works()) tell(outcome.explanation);
//
// The rules are those measured of OpenSSL, HAProxy, JSSE and GnuTLS (docs/negotiation.md), each stack's in files of its
// own. A hello that was captured or probed enters at the second stage.
#pragma once

#include <tl/expected.hpp>

#include "tls/client_hello.h"
#include "upgrade/negotiation/outcome.h"
#include "upgrade/negotiation/profile.h"

namespace ucready::negotiation {

// What a server can know of a client from its ClientHello. An extension that is not sent leaves its list empty.
struct HelloFacts {
  Version legacy_version;
  std::vector<Version> versions;
  std::vector<CipherSuite> suites;  // Without signalling values.
  std::vector<Group> groups;
  std::vector<SignatureScheme> schemes;
  std::vector<SignatureScheme> schemes_cert;
  std::optional<std::vector<Group>> key_shares;  // Empty but sent: the client asks for a retry.
  bool server_name = false;
  bool fallback = false;            // TLS_FALLBACK_SCSV.
  bool renegotiation_info = false;  // The extension, or its signalling suite.
  bool null_compression_only = true;

  bool operator==(const HelloFacts&) const = default;
};
HelloFacts facts_of(const tls::ClientHello& hello);
// A client known by its hello alone: the lists of the profile are what the hello shows.
ClientProfile profile_of(const HelloFacts& hello, Stack stack);

// What a server's ServerHello and the messages behind it settle.
struct Answer {
  Version version;
  CipherSuite suite;
  std::optional<Group> group;
  std::optional<int> dh_bits;
  std::optional<SignatureScheme> scheme;
  std::optional<Chain> chain;
  bool hello_retry = false;
  bool downgrade_mark = false;  // RFC 8446 section 4.1.3.
  bool renegotiation_info = true;
  // The server breaks off after having sent its ServerHello (JSSE: also the Certificate).
  std::optional<Refusal> breaks_off;
};

tl::expected<HelloFacts, Refusal> offer(const ClientProfile& client, Trace& trace);
tl::expected<Answer, Refusal> select(const HelloFacts& hello, const ServerProfile& server, Trace& trace);
// What the client makes of the answer; nothing: it goes on.
std::optional<Refusal> accept(const Answer& answer, const HelloFacts& hello, const ClientProfile& client, Trace& trace);

// The client's certificate: whether one is asked for, which one is sent, what the server makes of it.
struct ClientProof {
  bool requested = false;
  std::optional<Chain> chain;
  std::optional<Refusal> refusal;
};
ClientProof prove(const Answer& answer, const HelloFacts& hello, const ClientProfile& client,
                  const ServerProfile& server, Trace& trace);

Outcome negotiate(const ClientProfile& client, const ServerProfile& server);
// The same without the sentence, for those who follow thousands of cases and tell of one.
Outcome outcome_of(const ClientProfile& client, const ServerProfile& server);
// The same for a hello as it was seen. What the client would make of the answer rests on `client`; its lists are not
// looked at.
Outcome negotiate(const HelloFacts& hello, const ClientProfile& client, const ServerProfile& server);

}  // namespace ucready::negotiation
