// Follows one TLS handshake, both sides' records in the order of the capture, and notes what it shows.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "core/bytes.h"
#include "db/session_observation.h"
#include "passive/chain_book.h"
#include "passive/encrypted_handshake.h"
#include "passive/key_log.h"
#include "passive/offer_book.h"
#include "passive/record_cutter.h"
#include "tls/server_hello.h"
#include "tls/tls13_keys.h"

namespace ucready::passive {

// What is shared by all handshakes of a capture.
struct HandshakeBooks {
  OfferBook offers;
  ChainBook chains;
  KeyLog keys;
  std::unordered_map<std::string, std::string> ja3s;  // By what it is the MD5 of; bounded.
};

class HandshakeWatch {
 public:
  explicit HandshakeWatch(HandshakeBooks& books) : books_(books) {}

  void record(db::SessionSide from, const SeenRecord& record);
  void sslv2_hello(ByteView record);
  // A ClientHello began; its rest may never come.
  void hello_began() { hello_began_ = true; }
  void ended(db::SessionSide from);
  // Bytes of that side are missing: what it sends from here on cannot be read.
  void lost(db::SessionSide from);

  // Whether the body of such a record must be read.
  [[nodiscard]] bool wants_body(db::SessionSide from, tls::ContentType type) const;
  // Nothing more can be learned.
  [[nodiscard]] bool decided() const { return decided_; }
  [[nodiscard]] bool any_hello() const { return hello_began_ || seen_.offer || server_hello_; }
  [[nodiscard]] std::size_t memory() const;
  db::SessionObservation finish();

 private:
  struct Half {
    MessageCutter messages;
    bool changed_cipher = false;  // Its ChangeCipherSpec was seen.
    bool finished = false;        // An encrypted handshake record followed it, or the Finished itself was read.
    bool lost = false;
    bool certificate = false;
    std::unique_ptr<tls::RecordOpener> opener;  // With a key log.
    Bytes next_secret;                          // For what comes behind the Finished.
  };

  Half& half(db::SessionSide side) { return halves_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Half& half(db::SessionSide side) const { return halves_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] bool tls13() const { return seen_.version == tls::kTls13; }

  void handshake_bytes(db::SessionSide from, ByteView bytes);
  void message(db::SessionSide from, std::uint8_t type, ByteView whole);
  void client_hello(ByteView whole);
  void server_hello(ByteView body);
  void name_server_hello(const tls::ServerHello& hello);
  void begin_tls13();
  void certificate(db::SessionSide from, ByteView body);
  void server_key_exchange(ByteView body);
  void certificate_verify(db::SessionSide from, ByteView body);
  void change_cipher(db::SessionSide from);
  void alert(db::SessionSide from, ByteView body);
  void note_alert(db::SessionSide from, std::optional<tls::Alert> alert);
  void encrypted_record(db::SessionSide from, const SeenRecord& record);
  void opened_record(db::SessionSide from, const SeenRecord& record);
  void finished_read(db::SessionSide from);
  void take_inferences();
  void conclude(bool established);
  [[nodiscard]] bool blind() const;  // Bytes of either side are missing.

  HandshakeBooks& books_;
  db::SessionObservation seen_;
  std::array<Half, 2> halves_;
  std::array<std::uint8_t, 32> client_random_{};
  Bytes client_session_id_;
  bool hello_began_ = false;
  bool early_data_offered_ = false;
  bool server_hello_ = false;  // A real one.
  bool server_hello_done_ = false;
  bool server_seen_ = false;   // Anything of the server, its ending too.
  bool client_spoke_ = false;  // After its hello.
  bool decided_ = false;
  std::optional<EncryptedHandshake> encrypted_;
};

}  // namespace ucready::passive
