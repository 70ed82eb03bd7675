#include "passive/tls13_shape.h"

#include <algorithm>

namespace ucready::passive {
namespace {

constexpr unsigned kTypeByte = 1;                       // TLSInnerPlaintext.type
constexpr unsigned kPadding = 16;                       // Zeros that JSSE adds to every record.
constexpr unsigned kMessageHeader = 4;                  // msg_type, length
constexpr unsigned kAlertBytes = 2;                     // level, description
constexpr unsigned kEmptyCertificate = 8;               // Header, an empty context, an empty list.
constexpr unsigned kLeastCertificate = 100;             // No X.509 certificate is smaller.
constexpr unsigned kVerifyHeader = kMessageHeader + 4;  // algorithm and length of the signature
constexpr std::uint8_t kMostClientRecords = 12;
constexpr std::uint16_t kFullRecord = 1U << 14;

struct SuiteShape {
  tls::CipherSuite suite;
  std::uint8_t hash_bytes;
  std::uint8_t tag_bytes;
};
constexpr SuiteShape kSuites[] = {
    {{0x1301}, 32, 16}, {{0x1302}, 48, 16}, {{0x1303}, 32, 16}, {{0x1304}, 32, 16}, {{0x1305}, 32, 8},
};

// A DER signature of ECDSA loses a byte for each leading zero byte of its two numbers, and gains one where their first
// bit is set.
struct SignatureShape {
  std::uint16_t least;
  std::uint16_t most;
  std::string_view key_type;
};
constexpr SignatureShape kSignatures[] = {
    {64, 64, "ed25519"}, {68, 72, "ecdsa"}, {100, 104, "ecdsa"}, {114, 114, "ed448"}, {135, 139, "ecdsa"},
    {128, 128, "rsa"},   {256, 256, "rsa"}, {384, 384, "rsa"},   {512, 512, "rsa"},   {1024, 1024, "rsa"},
};

}  // namespace

void Tls13Shape::begin(tls::CipherSuite suite, bool psk, bool early_data) {
  psk_ = psk;
  early_data_ = early_data;
  const auto* const row = std::ranges::find(kSuites, suite, &SuiteShape::suite);
  if (row == std::end(kSuites)) return;
  hash_bytes_ = row->hash_bytes;
  tag_bytes_ = row->tag_bytes;
}

unsigned Tls13Shape::sealed(unsigned message_bytes, bool padded) const {
  return message_bytes + kTypeByte + (padded ? kPadding : 0) + tag_bytes_;
}

std::optional<bool> Tls13Shape::padding_of(std::uint16_t length, unsigned message_bytes) const {
  if (length == sealed(message_bytes, false)) return false;
  if (length == sealed(message_bytes, true)) return true;
  return std::nullopt;
}

std::string_view Tls13Shape::key_type_of(std::uint16_t length, bool padded) const {
  const unsigned around = sealed(kVerifyHeader, padded);
  for (const SignatureShape& shape : kSignatures) {
    if (length >= around + shape.least && length <= around + shape.most) return shape.key_type;
  }
  return {};
}

void Tls13Shape::turn(bool server) {
  if (turns_ != 0 && server_spoke_last_ == server) return;
  // The server's flight is the first turn, whoever is seen first.
  if (turns_ == 0 && !server) return;
  server_spoke_last_ = server;
  turns_ = static_cast<std::uint8_t>(std::min<unsigned>(turns_ + 1U, kTurnsOfConversation));
}

void Tls13Shape::server_record(std::uint16_t length) {
  if (hash_bytes_ == 0) return;
  turn(true);
  const bool client_is_through = flight_ == ClientFlight::empty || flight_ == ClientFlight::certificate;
  if (client_is_through && verdict_ == Verdict::unknown) {
    const std::optional<bool> alert = padding_of(length, kAlertBytes);
    if (!alert) {
      verdict_ = Verdict::accepted;
    } else if (server_padded_ == *alert && !client_went_on_ && !client_closed_) {
      verdict_ = Verdict::refused;
    } else {
      client_went_on_ = true;  // A refusal or a close_notify: what follows will not tell them apart.
    }
  }
  if (server_read_) return;
  if (length >= kFullRecord && most_server_records_ < 16) ++most_server_records_;  // A part of a long Certificate.
  // EncryptedExtensions, the shortest message, is longer than an unpadded alert.
  if (server_records_ < 3 && length == sealed(kAlertBytes, false)) {
    server_alert_ = server_read_ = true;
    return;
  }
  const std::optional<bool> finished = padding_of(length, kMessageHeader + hash_bytes_);
  if (finished && psk_ && server_records_ == 1) {
    server_padded_ = *finished;
    server_read_ = true;
  } else if (finished && !psk_ && server_records_ >= 1) {
    // One message a record: EncryptedExtensions, [CertificateRequest,] Certificate, CertificateVerify, Finished. A
    // Finished that comes earlier, or after what is no CertificateVerify, belongs to a stack that merges messages.
    if (server_records_ >= 3) key_type_ = key_type_of(last_server_length_, *finished);
    if (!key_type_.empty()) server_padded_ = *finished;
    server_read_ = true;
  }
  last_server_length_ = length;
  if (++server_records_ >= most_server_records_) server_read_ = true;
}

void Tls13Shape::client_record(std::uint16_t length) {
  if (hash_bytes_ == 0 || early_data_) return;
  turn(false);
  const std::optional<bool> finished = padding_of(length, kMessageHeader + hash_bytes_);
  const bool alert = padding_of(length, kAlertBytes).has_value();
  if (flight_ == ClientFlight::alert) {
    if (alert) {
      ++client_alerts_;
    } else {
      flight_ = ClientFlight::unreadable;
    }
  } else if (flight_ != ClientFlight::open) {
    client_went_on_ = true;
  } else if (client_records_ == 0) {
    if (finished) {
      flight_ = ClientFlight::finished;
    } else if (alert) {
      flight_ = ClientFlight::alert;
      client_alerts_ = 1;
    } else if (padding_of(length, kEmptyCertificate)) {
      client_began_empty_ = true;
    } else if (length >= sealed(kLeastCertificate, false)) {
      client_began_certificate_ = true;
    } else {
      flight_ = ClientFlight::unreadable;
    }
  } else if (client_began_empty_) {
    const bool fits = finished && *finished == padding_of(last_client_length_, kEmptyCertificate);
    flight_ = fits ? ClientFlight::empty : ClientFlight::unreadable;
  } else if (finished && client_records_ >= 2 && !key_type_of(last_client_length_, *finished).empty()) {
    flight_ = ClientFlight::certificate;
  } else if (alert || finished || client_records_ >= kMostClientRecords) {
    flight_ = ClientFlight::unreadable;
  }
  last_client_length_ = length;
  if (client_records_ <= kMostClientRecords) ++client_records_;
}

Tls13Shape::ClientFlight Tls13Shape::client_flight() const {
  return client_counts_ ? flight_ : ClientFlight::unreadable;
}

Tls13Shape::Verdict Tls13Shape::server_verdict() const {
  return server_counts_ && client_counts_ ? verdict_ : Verdict::unknown;
}

bool Tls13Shape::settled() const {
  if (hash_bytes_ == 0 || conversing()) return true;
  const bool server_over = server_read_ || !server_counts_;
  switch (client_flight()) {
    case ClientFlight::finished:
      return server_over;
    case ClientFlight::empty:
    case ClientFlight::certificate:
      return server_over && (verdict_ != Verdict::unknown || !server_counts_);
    default:
      return client_cancelled();
  }
}

}  // namespace ucready::passive
