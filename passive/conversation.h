// What one TCP connection's bytes tell of TLS: finds where it begins, follows the handshake of both sides, and stops
// listening as soon as nothing more can be learned. No I/O, no packets: bytes in order in, one observation out.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/bytes.h"
#include "db/session_observation.h"

namespace ucready::passive {

enum class Side : std::uint8_t { a, b };  // The two ends of a TCP connection; who is the client is found out.

// What all conversations of a capture share: certificates and offers, each read once and compared by bytes before being
// hashed, and the key log. Bounded; forgetting only costs reading again. Not thread-safe.
class ConversationContext {
 public:
  ConversationContext();
  ~ConversationContext();
  ConversationContext(const ConversationContext&) = delete;
  ConversationContext& operator=(const ConversationContext&) = delete;

  // Lines in the NSS key log format; others are passed over. At most 64 MB of secrets are kept.
  void add_secrets(std::string_view key_log);

  struct Shared;
  [[nodiscard]] Shared& shared() { return *shared_; }

 private:
  std::unique_ptr<Shared> shared_;
};

class HandshakeKeeper;

class Conversation {
 public:
  explicit Conversation(ConversationContext& context);
  ~Conversation();
  Conversation(Conversation&&) noexcept;
  Conversation& operator=(Conversation&&) noexcept;

  // The next bytes of one side in stream order: one segment's payload (or what of it is new) a call, because TLS behind
  // a plaintext prelude is looked for where segments begin. `from_start`: on the first call for a side, whether this is
  // the very beginning of its stream (its SYN was seen). `keeper` gets what of the bytes, and of those that waited to
  // be understood, is TLS.
  void take(Side side, ByteView bytes, bool from_start, HandshakeKeeper* keeper = nullptr);
  // Bytes of that side are missing and will not come; what follows is taken up where it can be.
  void lost(Side side, HandshakeKeeper* keeper = nullptr);
  enum class Ending : std::uint8_t { fin, reset };
  void ended(Side side, Ending how);

  // Whether more bytes of that side can still change the observation. Once both are false (and no ending is awaited)
  // the flow costs nothing but its look-up.
  [[nodiscard]] bool wants(Side side) const;
  // Everything is known; also true for what is certainly no TLS.
  [[nodiscard]] bool done() const;
  [[nodiscard]] std::size_t memory() const;  // Bytes it holds, about.

  enum class Kind : std::uint8_t {
    none,       // No TLS was seen.
    midstream,  // TLS records, but neither hello.
    session,    // A ClientHello or ServerHello was read.
  };
  [[nodiscard]] Kind kind() const;
  // Which side is the client; for `midstream` the side that looks like it is unknown and Side::a is given.
  [[nodiscard]] Side client() const;
  // Of kind `session`: all columns but times and endpoints, which the caller knows. Ends the conversation.
  db::SessionObservation finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ucready::passive
