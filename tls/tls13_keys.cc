#include "tls/tls13_keys.h"

#include <algorithm>
#include <cassert>
#include <string_view>

namespace ucready::tls {
namespace {

const AeadSuite& suite_of(CipherSuite point) {
  const AeadSuite* const suite = find_aead_suite(point);
  assert(suite != nullptr && has_tls13_keys(point));
  return *suite;
}

Hasher& hasher_of(CipherSuite point) { return Hasher::of(suite_of(point).hash); }

// HKDF-Expand-Label for results of at most one block of the hash.
Secret expand_label(Hasher& hasher, ByteView secret, std::string_view label, ByteView context, std::size_t size) {
  assert(size <= hasher.bytes());
  constexpr std::string_view kPrefix = "tls13 ";
  std::array<std::uint8_t, 160> info{};
  std::size_t at = 0;
  const auto put = [&](std::uint8_t byte) { info[at++] = byte; };
  put(0);
  put(static_cast<std::uint8_t>(size));
  put(static_cast<std::uint8_t>(kPrefix.size() + label.size()));
  for (const std::uint8_t byte : as_bytes(kPrefix)) put(byte);
  for (const std::uint8_t byte : as_bytes(label)) put(byte);
  put(static_cast<std::uint8_t>(context.size()));
  for (const std::uint8_t byte : context) put(byte);
  put(1);  // The first and only round of HKDF-Expand (RFC 5869 section 2.3).
  const Secret block = hasher.hmac(secret, ByteView(info).first(at));
  Secret result(size);
  std::ranges::copy(block.view().first(size), result.writable().begin());
  return result;
}

Secret derive(Hasher& hasher, const Secret& secret, std::string_view label, ByteView hash) {
  return expand_label(hasher, secret.view(), label, hash, hasher.bytes());
}

// The salt of the next stage.
Secret derived(Hasher& hasher, const Secret& stage) { return derive(hasher, stage, "derived", hasher.hash({}).view()); }

Secret early_secret(Hasher& hasher, ByteView psk) {
  const Secret zeros(hasher.bytes());
  return hasher.hmac(zeros.view(), psk.empty() ? zeros.view() : psk);
}

// The same for every connection without a PSK.
const Secret& derived_from_nothing(HashKind kind) {
  thread_local const Secret secrets[] = {
      derived(Hasher::of(HashKind::sha256), early_secret(Hasher::of(HashKind::sha256), {})),
      derived(Hasher::of(HashKind::sha384), early_secret(Hasher::of(HashKind::sha384), {}))};
  return secrets[kind == HashKind::sha256 ? 0 : 1];
}

AeadKey record_key(const AeadSuite& suite, ByteView traffic_secret) {
  Hasher& hasher = Hasher::of(suite.hash);
  AeadKey key;
  std::ranges::copy(expand_label(hasher, traffic_secret, "key", {}, suite.key_bytes).view(), key.key.begin());
  std::ranges::copy(expand_label(hasher, traffic_secret, "iv", {}, key.iv.size()).view(), key.iv.begin());
  return key;
}

}  // namespace

bool has_tls13_keys(CipherSuite suite) {
  constexpr std::uint8_t kBlockOfTls13 = 0x13;
  return suite.value >> 8U == kBlockOfTls13 && find_aead_suite(suite) != nullptr;
}

Secret transcript_hash(CipherSuite suite, ByteView messages) { return hasher_of(suite).hash(messages); }

bool same_hash(CipherSuite one, CipherSuite other) { return suite_of(one).hash == suite_of(other).hash; }

HandshakeSecrets derive_handshake_secrets(CipherSuite suite, ByteView shared_secret, ByteView hash, ByteView psk) {
  Hasher& hasher = hasher_of(suite);
  const Secret salt =
      psk.empty() ? derived_from_nothing(suite_of(suite).hash) : derived(hasher, early_secret(hasher, psk));
  HandshakeSecrets secrets;
  secrets.base = hasher.hmac(salt.view(), shared_secret);
  secrets.client = derive(hasher, secrets.base, "c hs traffic", hash);
  secrets.server = derive(hasher, secrets.base, "s hs traffic", hash);
  return secrets;
}

ApplicationSecrets derive_application_secrets(CipherSuite suite, const Secret& handshake_base, ByteView hash) {
  Hasher& hasher = hasher_of(suite);
  ApplicationSecrets secrets;
  secrets.base = hasher.hmac(derived(hasher, handshake_base).view(), Secret(hasher.bytes()).view());
  secrets.client = derive(hasher, secrets.base, "c ap traffic", hash);
  secrets.server = derive(hasher, secrets.base, "s ap traffic", hash);
  return secrets;
}

Secret derive_ticket_psk(CipherSuite suite, const Secret& application_base, ByteView hash, ByteView nonce) {
  constexpr std::size_t kMostNonceBytes = 64;
  Hasher& hasher = hasher_of(suite);
  const Secret resumption = derive(hasher, application_base, "res master", hash);
  const ByteView used = nonce.first(std::min(nonce.size(), kMostNonceBytes));
  return expand_label(hasher, resumption.view(), "resumption", used, hasher.bytes());
}

Secret finished_mac(CipherSuite suite, const Secret& traffic_secret, ByteView hash) {
  Hasher& hasher = hasher_of(suite);
  const Secret key = expand_label(hasher, traffic_secret.view(), "finished", {}, hasher.bytes());
  return hasher.hmac(key.view(), hash);
}

Secret psk_binder(CipherSuite suite, ByteView psk, ByteView hash) {
  Hasher& hasher = hasher_of(suite);
  return finished_mac(suite, derive(hasher, early_secret(hasher, psk), "res binder", hasher.hash({}).view()), hash);
}

RecordOpener::RecordOpener(CipherSuite suite, ByteView traffic_secret)
    : suite_(&suite_of(suite)), key_(record_key(*suite_, traffic_secret)) {}

Result<RecordOpener::Opened> RecordOpener::open(ByteView header, ByteView body) {
  if (body.size() <= suite_->tag_bytes)
    return fail(ErrorCode::malformed, "an encrypted record is shorter than its tag");
  if (!aead_open(*suite_, key_, key_.nonce(sequence_++), header, body, plain_)) {
    return fail(ErrorCode::malformed, "an encrypted record cannot be opened");
  }
  // The type is the last byte that is not padding (RFC 8446 section 5.4).
  while (!plain_.empty() && plain_.back() == 0) plain_.pop_back();
  if (plain_.empty()) return fail(ErrorCode::malformed, "an encrypted record holds only padding");
  const ContentType type{plain_.back()};
  plain_.pop_back();
  return Opened{type, plain_};
}

RecordSealer::RecordSealer(CipherSuite suite, ByteView traffic_secret)
    : suite_(&suite_of(suite)), key_(record_key(*suite_, traffic_secret)) {}

bool RecordSealer::seal(ContentType type, ByteView content, ByteWriter& out) {
  ByteWriter inner, header;
  inner.bytes(content);
  inner.u8(static_cast<std::uint8_t>(type));
  header.u8(static_cast<std::uint8_t>(ContentType::application_data));
  header.u16(kTls12.value);
  header.u16(static_cast<std::uint16_t>(inner.size() + suite_->tag_bytes));
  out.bytes(header.view());
  return aead_seal(*suite_, key_, key_.nonce(sequence_++), header.view(), inner.view(), out);
}

Tls13Records::Tls13Records(CipherSuite suite, const ApplicationSecrets& secrets)
    : sealer_(suite, secrets.client.view()), opener_(suite, secrets.server.view()) {}

bool Tls13Records::seal(ContentType type, ByteView content, ByteWriter& out) {
  return sealer_.seal(type, content, out);
}

Result<ProtectedRecords::Opened> Tls13Records::open(const Record& record) {
  if (record.type != ContentType::application_data) return fail(ErrorCode::malformed, "a record in clear among others");
  return opener_.open(record.header, record.body);
}

}  // namespace ucready::tls
