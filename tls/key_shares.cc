// House exception: libcrypto outside `trust`, for the key agreement of TLS 1.3 and for random bytes.
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/c_handle.h"
#include "tls/hello_probe.h"

namespace ucready::tls {
namespace {

using Key = CHandle<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

struct Kind {
  Group group;
  const char* type;
  const char* name;  // Null where the type says it.
};
constexpr Kind kKinds[] = {{{0x001d}, "X25519", nullptr}, {{0x0017}, "EC", "P-256"},     {{0x0018}, "EC", "P-384"},
                           {{0x0019}, "EC", "P-521"},     {{0x001e}, "X448", nullptr},   {{0x0100}, "DH", "ffdhe2048"},
                           {{0x0101}, "DH", "ffdhe3072"}, {{0x0102}, "DH", "ffdhe4096"}, {{0x0103}, "DH", "ffdhe6144"},
                           {{0x0104}, "DH", "ffdhe8192"}};

bool is_dh(const Kind& kind) { return kind.type[0] == 'D'; }

const Kind* find_kind(Group group) {
  const auto* const at = std::ranges::find(kKinds, group, &Kind::group);
  return at == std::end(kKinds) ? nullptr : at;
}

Key make_key(const Kind& kind) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind.type, nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = context && EVP_PKEY_keygen_init(context.get()) == 1 &&
                    (kind.name == nullptr || EVP_PKEY_CTX_set_group_name(context.get(), kind.name) == 1) &&
                    EVP_PKEY_generate(context.get(), &key) == 1;
  return Key(made ? key : nullptr);
}

// One group's key, with all that OpenSSL would otherwise look up and allocate again for each agreement.
struct Share {
  Key own;
  Key peer;  // Its public part is overwritten by each server's.
  KeyContext derivation;
  Bytes encoded;
};

Share make_share(const Kind& kind) {
  Share share;
  share.own = make_key(kind);
  share.peer = make_key(kind);
  if (!share.own || !share.peer) return {};
  unsigned char* encoded = nullptr;
  const std::size_t size = EVP_PKEY_get1_encoded_public_key(share.own.get(), &encoded);
  const CHandle<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }> owner(encoded);
  const std::span<const unsigned char> bytes(encoded, size);
  share.derivation.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, share.own.get(), nullptr));
  if (!share.derivation || EVP_PKEY_derive_init(share.derivation.get()) != 1) return {};
  // RFC 8446 section 7.4.1.
  if (is_dh(kind) && EVP_PKEY_CTX_set_dh_pad(share.derivation.get(), 1) != 1) return {};
  share.encoded.assign(bytes.begin(), bytes.end());
  return share;
}

}  // namespace

struct KeyShares::Impl {
  std::map<Group, Share> shares;
  std::array<std::uint8_t, 4096> random{};
  std::size_t random_left = 0;

  // Null when there is none.
  Share* share(Group group) {
    const Kind* const kind = find_kind(group);
    if (kind == nullptr) return nullptr;
    auto [at, is_new] = shares.try_emplace(group);
    if (is_new) at->second = make_share(*kind);
    ERR_clear_error();
    return at->second.encoded.empty() ? nullptr : &at->second;
  }
};

KeyShares::KeyShares() : impl_(std::make_unique<Impl>()) {}
KeyShares::~KeyShares() = default;

bool KeyShares::supports(Group group) { return find_kind(group) != nullptr; }

ByteView KeyShares::public_share(Group group) {
  const Share* const share = impl_->share(group);
  return share == nullptr ? ByteView{} : ByteView(share->encoded);
}

Bytes KeyShares::agree(Group group, ByteView server_share) {
  const Share* const share = impl_->share(group);
  // A share of another length would be another encoding (compressed points are not offered).
  if (share == nullptr || server_share.size() != share->encoded.size()) return {};
  constexpr std::size_t kMostSecretBytes = 1024;  // ffdhe8192.
  Bytes secret(kMostSecretBytes);
  std::size_t size = secret.size();
  // That the point lies on the curve is checked where it is set; X25519 refuses an all-zero secret (RFC 7748
  // section 6.1).
  const bool agreed =
      EVP_PKEY_set1_encoded_public_key(share->peer.get(), server_share.data(), server_share.size()) == 1 &&
      EVP_PKEY_derive_set_peer_ex(share->derivation.get(), share->peer.get(), 0) == 1 &&
      EVP_PKEY_derive(share->derivation.get(), secret.data(), &size) == 1;
  if (!agreed) {
    ERR_clear_error();
    return {};
  }
  secret.resize(size);
  return secret;
}

void KeyShares::fill_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    if (impl_->random_left == 0) {
      // A hello's random and session id need not be secret: should the library fail, the last batch goes round again.
      RAND_bytes(impl_->random.data(), static_cast<int>(impl_->random.size()));
      impl_->random_left = impl_->random.size();
    }
    const std::size_t count = std::min(bytes.size(), impl_->random_left);
    impl_->random_left -= count;
    std::ranges::copy(std::span(impl_->random).subspan(impl_->random_left, count), bytes.begin());
    bytes = bytes.subspan(count);
  }
}

}  // namespace ucready::tls
