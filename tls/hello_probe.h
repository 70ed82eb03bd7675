// One question to one server, without any I/O: says what to send, takes what came, knows when to stop.
//
//   HelloProbe probe(offer, keys);
//   send(probe.take_output());
//   while (!probe.done()) {
//     probe.receive(read());                    // or probe.peer_closed()
//     if (probe.wants_to_send()) send(probe.take_output());   // the second hello after a HelloRetryRequest
//   }
//   if (probe.wants_to_send()) send(probe.take_output());     // a farewell, after a finished handshake
//   use(probe.answer());
//
// It never authenticates. Up to TLSv1.2 it reads to ServerHelloDone; in TLSv1.3 it derives the handshake traffic keys
// (RFC 8446 section 7.1), opens the records and reads to CertificateVerify. Only where it is told to does it finish the
// handshake, and only where that needs no certificate of the client's.
#pragma once

#include <memory>

#include "core/bytes.h"
#include "tls/channel.h"
#include "tls/hello_offer.h"
#include "tls/server_answer.h"

namespace ucready::tls {

// Private keys for TLSv1.3 key shares, made at first use and reused for a whole run: nothing secret is ever sent under
// them, and making one costs more than the rest of a probe. Groups: those of RFC 8446 section 4.2.7; no hybrids, no
// brainpool. Not thread-safe.
class KeyShares {
 public:
  KeyShares();
  ~KeyShares();
  KeyShares(const KeyShares&) = delete;
  KeyShares& operator=(const KeyShares&) = delete;

  static bool supports(Group group);
  // The share to send; empty for a group without code or when the library refuses.
  ByteView public_share(Group group);
  // The shared secret with the server's share; empty when the share is no point of the group.
  Bytes agree(Group group, ByteView server_share);
  // For a hello's random and session id, taken from a batch.
  void fill_random(std::span<std::uint8_t> bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// How far an answer is read.
enum class ReadTo {
  flight,   // All that the server says before it wants something from the client.
  hello,    // The ServerHello; a HelloRetryRequest before it is answered.
  session,  // The flight; then the handshake is finished, where there is code for its suite and group and the server
            // asks for no certificate, and the session is awaited that the server may give. What goes wrong on that
            // way takes nothing from the answer.
  channel,  // As session; but it ends as soon as both ends may speak, and take_channel() says how.
  choice,   // The ServerHello or the HelloRetryRequest, whichever comes first: what it chose, but no proof that it can.
};

// There is code to go on to the end where that was agreed on and no certificate of the client's is asked for.
bool can_finish(Version version, CipherSuite suite, Group group);

class HelloProbe {
 public:
  // Both must outlive the probe.
  HelloProbe(const HelloOffer& offer, KeyShares& keys, ReadTo read_to = ReadTo::flight);
  HelloProbe(HelloOffer&& offer, KeyShares& keys, ReadTo read_to = ReadTo::flight) = delete;
  ~HelloProbe();
  HelloProbe(HelloProbe&&) noexcept;
  HelloProbe& operator=(HelloProbe&&) noexcept;

  [[nodiscard]] bool wants_to_send() const;
  Bytes take_output();
  void receive(ByteView bytes);  // Any fragmentation; bytes after the end are ignored.
  void peer_closed();            // End of stream: what is known is final (`end` may stay `open`).
  [[nodiscard]] bool done() const;
  [[nodiscard]] ReadTo reads_to() const;
  [[nodiscard]] std::size_t received_bytes() const;
  [[nodiscard]] const ServerAnswer& answer() const;
  ServerAnswer take_answer();
  // ReadTo::channel: null where the handshake could not be finished here. Call it once, when done.
  std::unique_ptr<Channel> take_channel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ucready::tls
