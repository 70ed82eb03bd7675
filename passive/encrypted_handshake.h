// What the lengths of TLS 1.3 records tell of messages that cannot be read. Each length is that of a message, one byte
// of type, padding and the tag, so Finished, alerts and signatures are known by theirs; OpenSSL, GnuTLS and Go do not
// pad, JSSE adds 16 bytes. Engines that put several messages into one record leave nothing to infer: then nothing is
// said. Lengths as measured of these stacks; CertificateVerify of ECDSA varies with its DER by a few bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tls/code_points.h"

namespace ucready::passive {

class EncryptedHandshake {
 public:
  EncryptedHandshake(tls::CipherSuite suite, bool early_data_offered);

  // Encrypted records (type 23 on the wire) after the ServerHello, in the order in which they were captured.
  void server_record(std::size_t length);
  void client_record(std::size_t length);
  void server_ended();
  void client_ended();

  [[nodiscard]] std::string_view server_key_type() const { return key_type_; }  // rsa, ecdsa, ed25519; empty: unknown.
  [[nodiscard]] std::optional<bool> certificate_requested() const { return requested_; }
  [[nodiscard]] std::optional<bool> certificate_sent() const { return sent_; }
  [[nodiscard]] std::optional<bool> established() const { return established_; }
  [[nodiscard]] bool any_client_record() const { return client_records_ > 0; }
  [[nodiscard]] bool refused_by_client() const { return refused_by_client_; }
  [[nodiscard]] bool refused_by_server() const { return refused_by_server_; }

 private:
  [[nodiscard]] bool is_alert(std::size_t length) const;
  [[nodiscard]] bool is_finished(std::size_t length) const;
  [[nodiscard]] std::string_view key_type_of(std::size_t certificate_verify_length, std::size_t padding) const;

  std::size_t tag_bytes_;
  std::size_t finished_bytes_;  // Without padding.
  bool early_data_;
  std::string_view key_type_;
  std::size_t last_server_ = 0;
  bool last_server_was_alert_ = false;
  bool server_finished_ = false;
  std::uint32_t client_records_ = 0;
  std::size_t first_client_ = 0;
  std::uint32_t client_alerts_ = 0;
  bool client_finished_ = false;
  bool client_ended_ = false;
  bool server_answered_ = false;  // A record that is no alert came after the client's flight.
  std::optional<bool> requested_;
  std::optional<bool> sent_;
  std::optional<bool> established_;
  bool refused_by_client_ = false;
  bool refused_by_server_ = false;
};

}  // namespace ucready::passive
