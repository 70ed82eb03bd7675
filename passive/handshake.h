// Follows one TLS handshake: both sides' records as they come, one observation at the end.
//
// Up to TLSv1.2 all is clear until ChangeCipherSpec. TLSv1.3 is clear up to the ServerHello; behind it records are
// opened where the key log has their secrets, and in any case measured (tls13_shape.h). What was read goes before what
// was inferred.
#pragma once

#include <array>
#include <optional>

#include "db/session_observation.h"
#include "passive/conversation_context.h"
#include "passive/handshake_side.h"
#include "passive/tls13_shape.h"
#include "tls/handshake.h"

namespace ucready::passive {

class Handshake {
 public:
  explicit Handshake(ConversationContext::Shared& shared) : shared_(shared) {}

  // Bytes of the record layer, in order.
  void take(db::SessionSide side, ByteView bytes);
  void client_hello_begins() { hello_came_ = true; }
  void take_sslv2_hello(ByteView record);  // Without its header of two bytes.
  void lost(db::SessionSide side);
  void ended(db::SessionSide side);
  // Whether the next record of a side that lost bytes may be looked for.
  [[nodiscard]] bool is_lost(db::SessionSide side) const { return sides_[index(side)].lost; }

  // One of the client that could not be read, or not to its end, too.
  [[nodiscard]] bool any_hello() const { return hello_came_ || server_hello_ || seen_.hello_retry; }
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] bool wants(db::SessionSide side) const { return !done_ && !sides_[index(side)].deaf; }
  [[nodiscard]] std::size_t memory() const;
  db::SessionObservation finish();

 private:
  static std::size_t index(db::SessionSide side) { return static_cast<std::size_t>(side); }
  HandshakeSide& at(db::SessionSide side) { return sides_[index(side)]; }
  [[nodiscard]] bool tls13() const { return seen_.version && *seen_.version >= tls::kTls13; }

  struct RecordHeader {
    tls::ContentType type{};
    std::uint16_t length = 0;
  };
  void take_record(db::SessionSide side, RecordHeader header, ByteView record);
  // False: a message over the bound.
  bool take_messages(db::SessionSide side, MessageCutter& messages, ByteView fragment, bool opened);
  void take_message(db::SessionSide side, tls::HandshakeType type, ByteView whole, bool opened);
  void take_client_hello(ByteView message, bool sslv2);
  void take_server_hello(ByteView body);
  void take_certificate(db::SessionSide side, ByteView body);
  void take_server_key_exchange(ByteView body);
  void take_certificate_verify(db::SessionSide side, ByteView body);
  void take_change_cipher(db::SessionSide side);
  void take_alert(db::SessionSide side, ByteView body);
  void take_encrypted(db::SessionSide side, RecordHeader header, ByteView record);
  void take_finished(db::SessionSide side);
  void open_record(db::SessionSide side, ByteView record);
  void begin_tls13(bool psk);
  void refuse(db::SessionSide by, tls::Alert alert);
  void check_tls13_done();
  void conclude();
  void conclude_tls13();
  [[nodiscard]] bool broken_off() const;
  void infer_key_type();

  ConversationContext::Shared& shared_;
  db::SessionObservation seen_;
  std::array<HandshakeSide, 2> sides_;
  std::array<std::uint8_t, 32> client_random_{};
  std::array<std::uint8_t, 32> session_id_{};
  std::uint8_t session_id_bytes_ = 0;
  bool hello_came_ = false;  // Of the client, readable or not.
  bool client_hello_ = false;
  bool server_hello_ = false;  // A real one.
  bool early_data_ = false;
  bool psk_ = false;
  bool full_ = false;               // Up to TLSv1.2: a message came that an abbreviated handshake has not.
  bool server_hello_done_ = false;  // Up to TLSv1.2.
  // TLSv1.3: of encrypted records of the client that were seen before the ServerHello.
  std::array<std::uint16_t, 4> early_lengths_{};
  std::uint8_t early_count_ = 0;
  bool client_answered_ = false;  // TLSv1.3: the client sent an encrypted record.
  bool server_accepted_ = false;  // TLSv1.3, opened: a record of the server after the client's Finished.
  bool done_ = false;
  Tls13Shape shape_;
};

}  // namespace ucready::passive
