// House exception: libcrypto outside `trust`, for the digests of TLS.
#include "tls/hasher.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "core/c_handle.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kMostBlockBytes = 128;

}  // namespace

struct Hasher::Impl {
  CHandle<EVP_MD, EVP_MD_free> digest;
  CHandle<EVP_MD_CTX, EVP_MD_CTX_free> context;
  std::size_t bytes;
  std::size_t block_bytes;

  Impl(const char* name, std::size_t digest_bytes, std::size_t one_block)
      : digest(EVP_MD_fetch(nullptr, name, nullptr)),
        context(EVP_MD_CTX_new()),
        bytes(digest_bytes),
        block_bytes(one_block) {}
};

Hasher::Hasher(HashKind kind)
    : impl_(kind == HashKind::sha256 ? std::make_unique<Impl>("SHA256", 32, 64)
                                     : std::make_unique<Impl>("SHA384", 48, 128)) {}

Hasher::~Hasher() = default;

Hasher& Hasher::of(HashKind kind) {
  thread_local Hasher sha256(HashKind::sha256), sha384(HashKind::sha384);
  return kind == HashKind::sha256 ? sha256 : sha384;
}

std::size_t Hasher::bytes() const { return impl_->bytes; }

Secret Hasher::hash(ByteView first, ByteView second) {
  Secret result(impl_->bytes);
  EVP_MD_CTX* const context = impl_->context.get();
  EVP_DigestInit_ex2(context, impl_->digest.get(), nullptr);
  EVP_DigestUpdate(context, first.data(), first.size());
  EVP_DigestUpdate(context, second.data(), second.size());
  EVP_DigestFinal_ex(context, result.writable().data(), nullptr);
  return result;
}

Secret Hasher::hmac(ByteView key, ByteView message) {
  Secret short_key;
  if (key.size() > impl_->block_bytes) {
    short_key = hash(key);
    key = short_key.view();
  }
  std::array<std::uint8_t, kMostBlockBytes> inner{}, outer{};
  std::ranges::copy(key, inner.begin());
  outer = inner;
  for (std::uint8_t& byte : inner) byte ^= 0x36;
  for (std::uint8_t& byte : outer) byte ^= 0x5c;
  const Secret inside = hash(ByteView(inner).first(impl_->block_bytes), message);
  return hash(ByteView(outer).first(impl_->block_bytes), inside.view());
}

}  // namespace ucready::tls
