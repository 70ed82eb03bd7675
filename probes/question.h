// One question to one interface: a connection, the dialect's words, a ClientHello, the answer as far as it came.
#pragma once

#include <optional>
#include <string>

#include "probes/dialect.h"
#include "probes/transport.h"
#include "tls/hello_probe.h"

namespace ucready::probes {

// How the conversation ended.
enum class Ending {
  answered,          // The answer is whole: a flight, an alert, or bytes that are no TLS.
  refused,           // No connection: the port refuses.
  unreachable,       // No connection: no way there.
  not_connected,     // No connection in time.
  starttls_refused,  // The service would not start TLS; `detail` has its words.
  wrong_protocol,    // The service speaks something else than its dialect; `detail` has its words.
  timeout,           // Connected, then silence or a drip that did not become an answer in time.
  closed,            // Connected, then closed by the peer before the answer was whole.
  reset,
  failed,  // This machine failed (no descriptors, no local ports): says nothing about the interface.
};

struct Reply {
  Ending ending = Ending::failed;
  std::string detail;
  tls::ServerAnswer answer;
  bool hung_up = false;          // Ended early, and that is how this server refuses (Asker::set_control).
  bool server_spoke = false;     // At least one byte came after the ClientHello.
  std::uint64_t bytes_sent = 0;  // From the ClientHello on.
  std::uint64_t bytes_received = 0;
};

struct Question {
  const Dialect& dialect;
  const tls::HelloOffer& offer;
  tls::ReadTo read_to = tls::ReadTo::flight;
};

// The part of it that is TLS, over a connection where the next byte is the ClientHello.
asio::awaitable<void> converse(Transport& transport, tls::HelloProbe& probe, Clock::duration timeout, Reply& into);

// `line`: what came of connecting; it is closed in the end. `timeout` bounds each awaited answer: every step of the
// dialect, and the whole flight after the hello. The reply goes to `into`, which must outlive the call: many wait for
// theirs at once, and passed up by value it would lie in the frame of each coroutine on its way.
asio::awaitable<void> ask(Result<std::unique_ptr<Transport>> line, const Target& target, const Question& question,
                          tls::KeyShares& keys, Clock::duration timeout, Reply& into);

}  // namespace ucready::probes
