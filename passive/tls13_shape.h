// What the sizes of TLS 1.3's encrypted records tell, to whom has no keys: how far both sides came, what kind of key
// signed, who refused. Sizes as measured at real stacks; where two readings fit, nothing is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tls/code_points.h"

namespace ucready::passive {

class Tls13Shape {
 public:
  // At the ServerHello. `psk`: it selected a pre-shared key. `early_data`: the client offered it, so that what it sends
  // may be anything; its side is then not judged.
  void begin(tls::CipherSuite suite, bool psk, bool early_data);

  // Records of type application_data in stream order; `length` as their header says.
  void server_record(std::uint16_t length);
  void client_record(std::uint16_t length);
  void client_closed() { client_closed_ = true; }
  // Bytes of a side are missing: nothing is told that rests on counting its records.
  void server_lost() { server_counts_ = false; }
  void client_lost() { client_counts_ = false; }

  enum class ClientFlight : std::uint8_t {
    open,         // Not over yet.
    finished,     // A Finished alone: no certificate was asked for.
    empty,        // An empty Certificate, Finished.
    certificate,  // Certificate, CertificateVerify, Finished.
    alert,        // An alert instead of Finished.
    unreadable,
  };
  [[nodiscard]] ClientFlight client_flight() const;
  [[nodiscard]] bool client_cancelled() const { return client_alerts_ > 1; }  // user_canceled and close_notify.
  [[nodiscard]] std::string_view server_key_type() const { return server_counts_ ? key_type_ : std::string_view{}; }

  enum class Verdict : std::uint8_t { unknown, accepted, refused };
  // What the server made of the client's flight.
  [[nodiscard]] Verdict server_verdict() const;
  // The server sent an alert instead of its flight.
  [[nodiscard]] bool server_alert() const { return server_counts_ && server_alert_; }
  // Both sides spoke so often in turn that they must be past the handshake.
  [[nodiscard]] bool conversing() const { return turns_ >= kTurnsOfConversation; }
  // Nothing more can be learned from either side's sizes.
  [[nodiscard]] bool settled() const;

 private:
  // Flight, client's flight, a first answer (an alert it may be), the reply to that (which may be one too), and on.
  static constexpr std::uint8_t kTurnsOfConversation = 5;

  // Size of a record that holds a message of that many bytes.
  [[nodiscard]] unsigned sealed(unsigned message_bytes, bool padded) const;
  [[nodiscard]] std::optional<bool> padding_of(std::uint16_t length, unsigned message_bytes) const;
  [[nodiscard]] std::string_view key_type_of(std::uint16_t length, bool padded) const;
  void turn(bool server);

  std::string_view key_type_;
  std::uint16_t last_server_length_ = 0;
  std::uint16_t last_client_length_ = 0;
  std::uint8_t hash_bytes_ = 0;  // 0: the suite is not known, and nothing is told.
  std::uint8_t tag_bytes_ = 16;
  std::uint8_t server_records_ = 0;
  std::uint8_t client_records_ = 0;
  std::uint8_t most_server_records_ = 5;
  std::uint8_t client_alerts_ = 0;
  std::uint8_t turns_ = 0;
  ClientFlight flight_ = ClientFlight::open;
  Verdict verdict_ = Verdict::unknown;
  std::optional<bool> server_padded_;
  bool psk_ = false;
  bool early_data_ = false;
  bool server_counts_ = true;
  bool client_counts_ = true;
  bool server_spoke_last_ = false;
  bool server_read_ = false;  // Its flight is over, as far as it can be told.
  bool server_alert_ = false;
  bool client_began_certificate_ = false;
  bool client_began_empty_ = false;
  bool client_went_on_ = false;
  bool client_closed_ = false;
};

}  // namespace ucready::passive
