// House exception: libcrypto outside `trust`, for the digests and ciphers of TLS 1.3 records.
//
// A lookup of an algorithm and a new context cost OpenSSL 3 more than hashing a whole transcript, so both are made
// once, the contexts once for each thread.
#include "tls/tls13_keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <string_view>

namespace ucready::tls {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Digest = std::unique_ptr<EVP_MD, Freer<EVP_MD_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Freer<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;

constexpr std::size_t kMostBlockBytes = 128;

struct Hash {
  const char* name;
  std::size_t bytes;
  std::size_t block_bytes;
};
constexpr Hash kHashes[] = {{"SHA256", 32, 64}, {"SHA384", 48, 128}};
constexpr std::size_t kSha256 = 0, kSha384 = 1;

struct Suite {
  const char* cipher;
  std::size_t hash;  // Index into kHashes.
  std::size_t key_bytes;
  std::size_t tag_bytes;
  CipherSuite point;
  bool ccm;  // Wants its tag and the whole length before the content.
};
constexpr Suite kSuites[] = {
    {"AES-128-GCM", kSha256, 16, 16, {0x1301}, false},       {"AES-256-GCM", kSha384, 32, 16, {0x1302}, false},
    {"ChaCha20-Poly1305", kSha256, 32, 16, {0x1303}, false}, {"AES-128-CCM", kSha256, 16, 16, {0x1304}, true},
    {"AES-128-CCM", kSha256, 16, 8, {0x1305}, true},
};

const Suite* find_suite(CipherSuite point) {
  const auto* const at = std::ranges::find(kSuites, point, &Suite::point);
  return at == std::end(kSuites) ? nullptr : at;
}

const Suite& suite_of(CipherSuite point) {
  const Suite* const suite = find_suite(point);
  assert(suite != nullptr);
  return *suite;
}

// Digests of one hash, and HMAC and HKDF over it.
class Hasher {
 public:
  explicit Hasher(const Hash& hash)
      : hash_(hash), digest_(EVP_MD_fetch(nullptr, hash.name, nullptr)), context_(EVP_MD_CTX_new()) {}

  Secret hash(ByteView bytes) { return hash(bytes, {}); }

  // RFC 2104.
  Secret hmac(ByteView key, ByteView message) {
    assert(key.size() <= hash_.block_bytes);
    std::array<std::uint8_t, kMostBlockBytes> inner{}, outer{};
    std::ranges::copy(key, inner.begin());
    outer = inner;
    for (std::uint8_t& byte : inner) byte ^= 0x36;
    for (std::uint8_t& byte : outer) byte ^= 0x5c;
    const Secret inside = hash(ByteView(inner).first(hash_.block_bytes), message);
    return hash(ByteView(outer).first(hash_.block_bytes), inside.view());
  }

  // HKDF-Expand-Label of RFC 8446 section 7.1, for results of at most one block of the hash.
  Secret expand_label(ByteView secret, std::string_view label, ByteView context, std::size_t size) {
    assert(size <= hash_.bytes);
    constexpr std::string_view kPrefix = "tls13 ";
    std::array<std::uint8_t, 128> info{};
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
    const Secret block = hmac(secret, ByteView(info).first(at));
    Secret result(size);
    std::ranges::copy(block.view().first(size), result.writable().begin());
    return result;
  }

  // Derive-Secret(Early Secret, "derived", "") without a PSK: the same for every connection.
  const Secret& derived_from_nothing() {
    if (derived_.view().empty()) {
      const Secret zeros(hash_.bytes);
      const Secret early = hmac(zeros.view(), zeros.view());
      derived_ = expand_label(early.view(), "derived", hash({}).view(), hash_.bytes);
    }
    return derived_;
  }

 private:
  Secret hash(ByteView first, ByteView second) {
    Secret result(hash_.bytes);
    EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr);
    EVP_DigestUpdate(context_.get(), first.data(), first.size());
    EVP_DigestUpdate(context_.get(), second.data(), second.size());
    EVP_DigestFinal_ex(context_.get(), result.writable().data(), nullptr);
    return result;
  }

  const Hash& hash_;
  Digest digest_;
  DigestContext context_;
  Secret derived_;
};

Hasher& hasher(const Suite& suite) {
  thread_local Hasher hashers[] = {Hasher(kHashes[kSha256]), Hasher(kHashes[kSha384])};
  return hashers[suite.hash];
}

class Decryptor {
 public:
  explicit Decryptor(const Suite& suite)
      : suite_(suite), cipher_(EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr)), context_(EVP_CIPHER_CTX_new()) {
    EVP_DecryptInit_ex2(context_.get(), cipher_.get(), nullptr, nullptr, nullptr);
    EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_IVLEN, 12, nullptr);
  }

  // RFC 5116; `plain` is as long as `sealed` without its tag.
  bool open(ByteView key, ByteView nonce, ByteView header, ByteView sealed, Bytes& plain) {
    EVP_CIPHER_CTX* const context = context_.get();
    std::array<std::uint8_t, 16> tag{};
    std::ranges::copy(sealed.last(suite_.tag_bytes), tag.begin());
    const auto tag_bytes = static_cast<int>(suite_.tag_bytes);
    const ByteView text = sealed.first(sealed.size() - suite_.tag_bytes);
    plain.resize(text.size());
    const auto length = static_cast<int>(text.size());
    int written = 0;
    const bool tag_set_ccm =
        !suite_.ccm || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1;
    const bool keyed = tag_set_ccm && EVP_DecryptInit_ex2(context, nullptr, key.data(), nonce.data(), nullptr) == 1;
    const bool tag_set =
        keyed && (suite_.ccm ? EVP_DecryptUpdate(context, nullptr, &written, nullptr, length)
                             : EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data())) == 1;
    const bool opened =
        tag_set && EVP_DecryptUpdate(context, nullptr, &written, header.data(), static_cast<int>(header.size())) == 1 &&
        EVP_DecryptUpdate(context, plain.data(), &written, text.data(), length) == 1 &&
        // CCM has judged the tag already, and has no final step.
        (suite_.ccm || EVP_DecryptFinal_ex(context, tag.data(), &written) == 1);
    if (!opened) ERR_clear_error();
    return opened;
  }

 private:
  const Suite& suite_;
  Cipher cipher_;
  CipherContext context_;
};

Decryptor& decryptor(const Suite& suite) {
  thread_local std::array<std::unique_ptr<Decryptor>, std::size(kSuites)> decryptors;
  auto& slot = decryptors[static_cast<std::size_t>(&suite - std::begin(kSuites))];
  if (!slot) slot = std::make_unique<Decryptor>(suite);
  return *slot;
}

}  // namespace

bool has_tls13_keys(CipherSuite suite) { return find_suite(suite) != nullptr; }

Secret transcript_hash(CipherSuite suite, ByteView messages) { return hasher(suite_of(suite)).hash(messages); }

HandshakeSecrets derive_handshake_secrets(CipherSuite suite, ByteView shared_secret, ByteView hash) {
  Hasher& digest = hasher(suite_of(suite));
  const Secret handshake = digest.hmac(digest.derived_from_nothing().view(), shared_secret);
  return {digest.expand_label(handshake.view(), "c hs traffic", hash, hash.size()),
          digest.expand_label(handshake.view(), "s hs traffic", hash, hash.size())};
}

RecordOpener::RecordOpener(CipherSuite suite, ByteView traffic_secret) : suite_(suite) {
  const Suite& facts = suite_of(suite);
  Hasher& digest = hasher(facts);
  std::ranges::copy(digest.expand_label(traffic_secret, "key", {}, facts.key_bytes).view(), key_.begin());
  std::ranges::copy(digest.expand_label(traffic_secret, "iv", {}, iv_.size()).view(), iv_.begin());
}

Result<RecordOpener::Opened> RecordOpener::open(ByteView header, ByteView body) {
  const Suite& suite = suite_of(suite_);
  if (body.size() <= suite.tag_bytes) return fail(ErrorCode::malformed, "an encrypted record is shorter than its tag");
  auto nonce = iv_;
  for (std::size_t i = 0; i < sizeof(sequence_); ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
  }
  ++sequence_;
  if (!decryptor(suite).open(ByteView(key_).first(suite.key_bytes), nonce, header, body, plain_)) {
    return fail(ErrorCode::malformed, "an encrypted record cannot be opened");
  }
  // The type is the last byte that is not padding (RFC 8446 section 5.4).
  while (!plain_.empty() && plain_.back() == 0) plain_.pop_back();
  if (plain_.empty()) return fail(ErrorCode::malformed, "an encrypted record holds only padding");
  const ContentType type{plain_.back()};
  plain_.pop_back();
  return Opened{type, plain_};
}

}  // namespace ucready::tls
