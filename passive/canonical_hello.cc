#include "passive/canonical_hello.h"

#include <algorithm>
#include <span>

#include "tls/extension.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kRandomBytes = 32;

// Numbers that other documents than tls/extension.h's define.
constexpr tls::ExtensionType kEarlyData{42};                 // RFC 8446 section 4.2.10
constexpr tls::ExtensionType kEncryptedClientHello{0xfe0d};  // RFC 9849
constexpr tls::ExtensionType kEncryptedServerName{0xffce};   // Its forerunner.

constexpr bool grease(std::uint16_t value) { return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff); }
// RFC 8701 section 2: 0x0b, 0x2a, 0x49, ... of PskKeyExchangeModes.
constexpr bool grease_mode(std::uint8_t value) { return value % 31 == 11; }

// The changing content of a known extension; its type stays, for whether it is sent is part of the offer.
bool is_masked(tls::ExtensionType type) {
  using namespace tls::extension;
  return type == kServerName || type == kPadding || type == kSessionTicket || type == kPreSharedKey ||
         type == kCookie || type == kEncryptedClientHello || type == kEncryptedServerName;
}

// Written into room that was made beforehand: nothing of a hello grows in this form but the length of its compressions.
class CanonicalForm {
 public:
  CanonicalForm(Bytes& out, std::size_t hello_bytes) : out_(out) { out_.resize(hello_bytes + kRoomBeyondHello); }

  void u8(std::uint8_t value) { out_[size_++] = value; }
  void u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
  }
  void bytes(ByteView value) {
    std::ranges::copy(value, std::span(out_).subspan(size_).begin());
    size_ += value.size();
  }
  template <typename Body>
  void block(Body&& body) {
    const std::size_t at = size_;
    u16(0);
    body();
    const std::size_t size = size_ - at - 2;
    out_[at] = static_cast<std::uint8_t>(size >> 8);
    out_[at + 1] = static_cast<std::uint8_t>(size);
  }
  void numbers(ByteView list) {
    ByteReader reader(list);
    while (reader.remaining() >= 2) {
      if (const std::uint16_t value = reader.u16(); !grease(value)) u16(value);
    }
    bytes(reader.rest());
  }
  void done() { out_.resize(size_); }

 private:
  static constexpr std::size_t kRoomBeyondHello = 8;

  Bytes& out_;
  std::size_t size_ = 0;
};

void write_key_shares(ByteView content, CanonicalForm& form) {
  ByteReader reader(content);
  ByteReader shares(reader.u16_block());
  while (!shares.empty()) {
    const std::uint16_t group = shares.u16();
    shares.u16_block();  // key_exchange
    if (shares.ok() && !grease(group)) form.u16(group);
  }
}

void write_alpn(ByteView content, CanonicalForm& form) {
  ByteReader reader(content);
  ByteReader names(reader.u16_block());
  while (!names.empty()) {
    const ByteView name = names.u8_block();
    ByteReader number(name);
    if (name.size() == 2 && grease(number.u16())) continue;
    if (!names.ok()) continue;
    form.u8(static_cast<std::uint8_t>(name.size()));
    form.bytes(name);
  }
}

void write_modes(ByteView content, CanonicalForm& form) {
  ByteReader reader(content);
  for (const std::uint8_t mode : reader.u8_block()) {
    if (!grease_mode(mode)) form.u8(mode);
  }
}

void write_content(tls::ExtensionType type, ByteView content, CanonicalForm& form) {
  using namespace tls::extension;
  ByteReader reader(content);
  if (is_masked(type)) return;
  if (type == kKeyShare) return write_key_shares(content, form);
  if (type == kAlpn) return write_alpn(content, form);
  if (type == kPskKeyExchangeModes) return write_modes(content, form);
  if (type == kSupportedVersions) return form.numbers(reader.u8_block());
  if (type == kSupportedGroups || type == kSignatureAlgorithms || type == kSignatureAlgorithmsCert) {
    return form.numbers(reader.u16_block());
  }
  form.bytes(content);
}

ByteView read_server_name(ByteView content) {
  ByteReader reader(content);
  ByteReader names(reader.u16_block());
  while (!names.empty()) {
    const std::uint8_t type = names.u8();
    const ByteView name = names.u16_block();
    if (names.ok() && type == 0) return name;
  }
  return {};
}

bool read_sslv2(ByteView record, HelloFields& fields, CanonicalForm& form) {
  ByteReader reader(record);
  reader.u8();  // msg_type
  fields.legacy_version = tls::Version{reader.u16()};
  const std::uint16_t suites_bytes = reader.u16();
  const std::uint16_t session_id_bytes = reader.u16();
  const std::uint16_t challenge_bytes = reader.u16();
  form.u16(tls::kSslv2.value);
  form.u16(fields.legacy_version.value);
  const ByteView suites = reader.bytes(suites_bytes);
  form.block([&] { form.bytes(suites); });
  fields.session_id = reader.bytes(session_id_bytes);
  fields.random = reader.bytes(challenge_bytes);
  return reader.ok() && suites.size() % 3 == 0;
}

bool read_hello(ByteView body, HelloFields& fields, CanonicalForm& form) {
  ByteReader reader(body);
  fields.legacy_version = tls::Version{reader.u16()};
  fields.random = reader.bytes(kRandomBytes);
  fields.session_id = reader.u8_block();
  const ByteView suites = reader.u16_block();
  const ByteView compressions = reader.u8_block();
  if (!reader.ok() || suites.size() % 2 != 0) return false;
  form.u16(fields.legacy_version.value);
  form.block([&] { form.numbers(suites); });
  form.block([&] { form.bytes(compressions); });
  if (reader.empty()) return true;

  const ByteView block = reader.u16_block();
  const bool whole = tls::for_each_extension(block, [&](tls::ExtensionType type, ByteView content) {
    if (grease(type.value)) return;
    if (type == tls::extension::kServerName) fields.server_name = read_server_name(content);
    if (type == tls::extension::kSessionTicket) fields.session_ticket = !content.empty();
    if (type == kEarlyData) fields.early_data = true;
    form.u16(type.value);
    form.block([&] { write_content(type, content, form); });
  });
  return whole && reader.done();
}

}  // namespace

bool read_canonical(ByteView body, bool sslv2, HelloFields& fields, Bytes& canonical) {
  CanonicalForm form(canonical, body.size());
  const bool whole = sslv2 ? read_sslv2(body, fields, form) : read_hello(body, fields, form);
  form.done();
  return whole;
}

}  // namespace ucready::passive
