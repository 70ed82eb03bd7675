// House exception: libcrypto outside `trust`, for the ciphers of TLS records.
//
// A lookup of an algorithm and a new context cost OpenSSL 3 more than a record, so both are made once for each thread.
#include "tls/aead.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "core/c_handle.h"

namespace ucready::tls {
namespace {

constexpr auto kSha256 = HashKind::sha256, kSha384 = HashKind::sha384;

constexpr AeadSuite kSuites[] = {
    {{0x1301}, "AES-128-GCM", kSha256, 16, 16, false},       {{0x1302}, "AES-256-GCM", kSha384, 32, 16, false},
    {{0x1303}, "ChaCha20-Poly1305", kSha256, 32, 16, false}, {{0x1304}, "AES-128-CCM", kSha256, 16, 16, true},
    {{0x1305}, "AES-128-CCM", kSha256, 16, 8, true},         {{0xc02b}, "AES-128-GCM", kSha256, 16, 16, false},
    {{0xc02c}, "AES-256-GCM", kSha384, 32, 16, false},       {{0xc02f}, "AES-128-GCM", kSha256, 16, 16, false},
    {{0xc030}, "AES-256-GCM", kSha384, 32, 16, false},       {{0xcca8}, "ChaCha20-Poly1305", kSha256, 32, 16, false},
    {{0xcca9}, "ChaCha20-Poly1305", kSha256, 32, 16, false},
};

enum class Direction { open, seal };

class Machine {
 public:
  Machine(const AeadSuite& suite, Direction direction)
      : suite_(suite), cipher_(EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr)), context_(EVP_CIPHER_CTX_new()) {
    EVP_CipherInit_ex2(context_.get(), cipher_.get(), nullptr, nullptr, direction == Direction::seal ? 1 : 0, nullptr);
    EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_IVLEN, kNonceBytes, nullptr);
  }

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
    return tag_set &&
           EVP_DecryptUpdate(context, nullptr, &written, header.data(), static_cast<int>(header.size())) == 1 &&
           EVP_DecryptUpdate(context, plain.data(), &written, text.data(), length) == 1 &&
           // CCM has judged the tag already, and has no final step.
           (suite_.ccm || EVP_DecryptFinal_ex(context, tag.data(), &written) == 1);
  }

  bool seal(ByteView key, ByteView nonce, ByteView header, ByteView plain, Bytes& sealed) {
    EVP_CIPHER_CTX* const context = context_.get();
    sealed.resize(plain.size() + suite_.tag_bytes);
    int written = 0;
    return EVP_EncryptInit_ex2(context, nullptr, key.data(), nonce.data(), nullptr) == 1 &&
           EVP_EncryptUpdate(context, nullptr, &written, header.data(), static_cast<int>(header.size())) == 1 &&
           EVP_EncryptUpdate(context, sealed.data(), &written, plain.data(), static_cast<int>(plain.size())) == 1 &&
           EVP_EncryptFinal_ex(context, sealed.data() + plain.size(), &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(suite_.tag_bytes),
                               sealed.data() + plain.size()) == 1;
  }

 private:
  const AeadSuite& suite_;
  CHandle<EVP_CIPHER, EVP_CIPHER_free> cipher_;
  CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context_;
};

template <Direction direction>
Machine& machine(const AeadSuite& suite) {
  thread_local std::array<std::unique_ptr<Machine>, std::size(kSuites)> machines;
  auto& slot = machines[static_cast<std::size_t>(&suite - std::begin(kSuites))];
  if (!slot) slot = std::make_unique<Machine>(suite, direction);
  return *slot;
}

}  // namespace

const AeadSuite* find_aead_suite(CipherSuite point) {
  const auto* const at = std::ranges::find(kSuites, point, &AeadSuite::point);
  return at == std::end(kSuites) ? nullptr : at;
}

std::array<std::uint8_t, kNonceBytes> AeadKey::nonce(std::uint64_t sequence) const {
  auto nonce = iv;
  for (std::size_t i = 0; i < sizeof(sequence); ++i) {
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence >> (8 * i));
  }
  return nonce;
}

bool aead_open(const AeadSuite& suite, const AeadKey& key, ByteView nonce, ByteView header, ByteView sealed,
               Bytes& plain) {
  if (sealed.size() < suite.tag_bytes) return false;
  const ByteView used = ByteView(key.key).first(suite.key_bytes);
  const bool opened = machine<Direction::open>(suite).open(used, nonce, header, sealed, plain);
  if (!opened) ERR_clear_error();
  return opened;
}

bool aead_seal(const AeadSuite& suite, const AeadKey& key, ByteView nonce, ByteView header, ByteView plain,
               ByteWriter& out) {
  Bytes sealed;
  const ByteView used = ByteView(key.key).first(suite.key_bytes);
  const bool done = !suite.ccm && machine<Direction::seal>(suite).seal(used, nonce, header, plain, sealed);
  if (!done) ERR_clear_error();
  if (done) out.bytes(sealed);
  return done;
}

}  // namespace ucready::tls
