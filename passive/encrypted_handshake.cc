#include "passive/encrypted_handshake.h"

#include <algorithm>

namespace ucready::passive {
namespace {

constexpr tls::CipherSuite kAes256GcmSha384{0x1302}, kAes128Ccm8Sha256{0x1305};
constexpr std::size_t kTypeByte = 1;
constexpr std::size_t kJssePadding = 16;
constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kAlertBytes = 2;
constexpr std::size_t kEmptyCertificateBytes = kHeaderBytes + 4;  // Empty context, empty list.

// A CertificateVerify's scheme and length of signature stand before the signature.
constexpr std::size_t kVerifyOverhead = kHeaderBytes + 4;
struct SignatureSize {
  std::size_t least;
  std::size_t most;
  std::string_view key_type;
};
constexpr SignatureSize kSignatures[] = {
    {128, 128, "rsa"}, {256, 256, "rsa"},   {384, 384, "rsa"},   {512, 512, "rsa"},   {114, 114, "ed448"},
    {70, 72, "ecdsa"}, {102, 104, "ecdsa"}, {137, 139, "ecdsa"}, {64, 64, "ed25519"},
};

}  // namespace

EncryptedHandshake::EncryptedHandshake(tls::CipherSuite suite, bool early_data_offered)
    : tag_bytes_(suite == kAes128Ccm8Sha256 ? 8 : 16),
      finished_bytes_(kHeaderBytes + (suite == kAes256GcmSha384 ? 48 : 32) + kTypeByte + tag_bytes_),
      early_data_(early_data_offered) {}

bool EncryptedHandshake::is_alert(std::size_t length) const {
  const std::size_t plain = kAlertBytes + kTypeByte + tag_bytes_;
  return length == plain || length == plain + kJssePadding;
}

bool EncryptedHandshake::is_finished(std::size_t length) const {
  return length == finished_bytes_ || length == finished_bytes_ + kJssePadding;
}

std::string_view EncryptedHandshake::key_type_of(std::size_t length, std::size_t padding) const {
  const std::size_t overhead = kVerifyOverhead + kTypeByte + tag_bytes_ + padding;
  if (length < overhead) return {};
  const auto size = std::ranges::find_if(kSignatures, [signature = length - overhead](const SignatureSize& known) {
    return known.least <= signature && signature <= known.most;
  });
  return size == std::end(kSignatures) ? std::string_view() : size->key_type;
}

void EncryptedHandshake::server_record(std::size_t length) {
  const bool alert = is_alert(length);
  if (client_records_ == 0) {
    // The server's flight; what GnuTLS sends behind its Finished are tickets.
    if (!server_finished_ && is_finished(length)) {
      key_type_ = key_type_of(last_server_, length - finished_bytes_);
      server_finished_ = true;
    }
    last_server_ = length;
    last_server_was_alert_ = alert;
    return;
  }
  last_server_was_alert_ = alert;
  if (!alert) {
    if (server_answered_) return;
    server_answered_ = true;
    if (!refused_by_client_ && client_alerts_ == 0 && !early_data_) established_ = true;
    return;
  }
  if (client_finished_ && requested_ == true && !server_answered_ && !client_ended_) {
    refused_by_server_ = true;
    established_ = false;
  }
}

void EncryptedHandshake::client_record(std::size_t length) {
  if (early_data_) {
    ++client_records_;
    return;
  }
  if (client_finished_) return;
  if (is_alert(length)) {
    ++client_alerts_;
    ++client_records_;
    return;
  }
  if (is_finished(length) && client_alerts_ == 0 && (client_records_ == 0 || client_records_ <= 2)) {
    client_finished_ = true;
    if (client_records_ == 0) {
      requested_ = false;
      established_ = true;
    } else {
      const std::size_t empty = kEmptyCertificateBytes + kTypeByte + tag_bytes_;
      requested_ = true;
      sent_ = first_client_ != empty && first_client_ != empty + kJssePadding;
    }
  }
  if (client_records_ == 0) first_client_ = length;
  ++client_records_;
}

void EncryptedHandshake::server_ended() {
  // An alert instead of the rest of its flight: it had no key or scheme that fits.
  if (client_records_ == 0 && !server_finished_ && last_server_was_alert_) {
    refused_by_server_ = true;
    established_ = false;
  }
}

void EncryptedHandshake::client_ended() {
  client_ended_ = true;
  // Two alerts are user_canceled and close_notify: it hung up, and refused nothing.
  if (client_finished_ || client_alerts_ == 0 || client_records_ != client_alerts_) return;
  established_ = false;
  refused_by_client_ = client_alerts_ == 1;
}

}  // namespace ucready::passive
