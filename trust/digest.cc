#include "trust/digest.h"

#include <span>
#include <stdexcept>

#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

// Fetching the algorithm and making a context anew cost more than hashing a certificate; both are kept.
void digest_into(const EVP_MD* algorithm, ByteView bytes, std::span<std::uint8_t> digest) {
  thread_local const DigestContextHandle context(EVP_MD_CTX_new());
  const bool done = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!done) throw std::runtime_error("libcrypto lacks a digest");
}

}  // namespace

Digest sha256(ByteView bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Digest digest{};
  digest_into(algorithm, bytes, digest);
  return digest;
}

std::array<std::uint8_t, 16> md5(ByteView bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "MD5", "-fips");
  std::array<std::uint8_t, 16> digest{};
  digest_into(algorithm, bytes, digest);
  return digest;
}

std::array<std::uint8_t, 20> sha1(ByteView bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  std::array<std::uint8_t, 20> digest{};
  digest_into(algorithm, bytes, digest);
  return digest;
}

}  // namespace ucready::trust
