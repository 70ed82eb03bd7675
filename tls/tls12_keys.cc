#include "tls/tls12_keys.h"

#include <algorithm>
#include <cassert>
#include <string_view>

namespace ucready::tls {
namespace {

constexpr std::size_t kMasterSecretBytes = 48, kVerifyDataBytes = 12;
constexpr std::size_t kGcmSaltBytes = 4, kExplicitNonceBytes = 8;

const AeadSuite& suite_of(CipherSuite point) {
  const AeadSuite* const suite = find_aead_suite(point);
  assert(suite != nullptr && has_tls12_keys(point));
  return *suite;
}

Bytes joined(std::string_view label, ByteView first, ByteView second = {}) {
  const ByteView start = as_bytes(label);
  Bytes seed(start.begin(), start.end());
  append(seed, first);
  append(seed, second);
  return seed;
}

// P_hash of RFC 5246 section 5.
void expand(CipherSuite suite, ByteView secret, ByteView seed, std::span<std::uint8_t> result) {
  Hasher& hasher = Hasher::of(suite_of(suite).hash);
  Secret link = hasher.hmac(secret, seed);
  while (!result.empty()) {
    const Secret block = hasher.hmac(secret, joined(as_text(link.view()), seed));
    const std::size_t count = std::min(result.size(), block.view().size());
    std::ranges::copy(block.view().first(count), result.begin());
    result = result.subspan(count);
    link = hasher.hmac(secret, link.view());
  }
}

Bytes number_bytes(std::uint64_t number) {
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(number >> 32U));
  out.u32(static_cast<std::uint32_t>(number));
  return out.take();
}

// RFC 5246 section 6.2.3.3.
Bytes additional_data(std::uint64_t number, ContentType type, std::size_t plain_bytes) {
  ByteWriter out;
  out.bytes(number_bytes(number));
  out.u8(static_cast<std::uint8_t>(type));
  out.u16(kTls12.value);
  out.u16(static_cast<std::uint16_t>(plain_bytes));
  return out.take();
}

bool is_chacha(const AeadSuite& suite) { return facts(suite.point).chacha20; }

}  // namespace

bool has_tls12_keys(CipherSuite suite) {
  return find_aead_suite(suite) != nullptr && facts(suite).key_exchange == KeyExchange::ecdhe;
}

Secret tls12_hash(CipherSuite suite, ByteView messages) { return Hasher::of(suite_of(suite).hash).hash(messages); }

Secret master_secret(CipherSuite suite, ByteView premaster, const Randoms& randoms) {
  Secret master(kMasterSecretBytes);
  expand(suite, premaster, joined("master secret", randoms.client, randoms.server), master.writable());
  return master;
}

Secret extended_master_secret(CipherSuite suite, ByteView premaster, ByteView hash) {
  Secret master(kMasterSecretBytes);
  expand(suite, premaster, joined("extended master secret", hash), master.writable());
  return master;
}

Secret tls12_finished(CipherSuite suite, const Secret& master, Speaker speaker, ByteView hash) {
  Secret verify(kVerifyDataBytes);
  const std::string_view label = speaker == Speaker::client ? "client finished" : "server finished";
  expand(suite, master.view(), joined(label, hash), verify.writable());
  return verify;
}

Tls12Records::Tls12Records(CipherSuite suite, const Secret& master, const Randoms& randoms) : suite_(suite_of(suite)) {
  const std::size_t iv_bytes = is_chacha(suite_) ? kNonceBytes : kGcmSaltBytes;
  std::array<std::uint8_t, 2 * (32 + kNonceBytes)> block{};
  const std::span<std::uint8_t> used = std::span(block).first(2 * (suite_.key_bytes + iv_bytes));
  expand(suite, master.view(), joined("key expansion", randoms.server, randoms.client), used);
  ByteReader reader(used);
  std::ranges::copy(reader.bytes(suite_.key_bytes), client_.key.begin());
  std::ranges::copy(reader.bytes(suite_.key_bytes), server_.key.begin());
  std::ranges::copy(reader.bytes(iv_bytes), client_.iv.begin());
  std::ranges::copy(reader.bytes(iv_bytes), server_.iv.begin());
}

bool Tls12Records::seal(ContentType type, ByteView content, ByteWriter& out) {
  const std::uint64_t number = sealed_++;
  // With GCM the nonce's second half is written out, and may be the number as well (RFC 5288 section 3).
  const Bytes written_out = is_chacha(suite_) ? Bytes() : number_bytes(number);
  out.u8(static_cast<std::uint8_t>(type));
  out.u16(kTls12.value);
  out.u16(static_cast<std::uint16_t>(written_out.size() + content.size() + suite_.tag_bytes));
  out.bytes(written_out);
  return aead_seal(suite_, client_, client_.nonce(number), additional_data(number, type, content.size()), content, out);
}

Result<ProtectedRecords::Opened> Tls12Records::open(const Record& record) {
  if (record.version != kTls12) return fail(ErrorCode::malformed, "a record of another version");
  const std::uint64_t number = opened_++;
  const std::size_t written_out = is_chacha(suite_) ? 0 : kExplicitNonceBytes;
  if (record.body.size() < written_out + suite_.tag_bytes) {
    return fail(ErrorCode::malformed, "an encrypted record is shorter than its tag");
  }
  auto nonce = server_.nonce(is_chacha(suite_) ? number : 0);
  std::ranges::copy(record.body.first(written_out), nonce.begin() + kGcmSaltBytes);
  const ByteView sealed = record.body.subspan(written_out);
  const Bytes header = additional_data(number, record.type, sealed.size() - suite_.tag_bytes);
  if (!aead_open(suite_, server_, nonce, header, sealed, plain_)) {
    return fail(ErrorCode::malformed, "an encrypted record cannot be opened");
  }
  return Opened{record.type, plain_};
}

}  // namespace ucready::tls
