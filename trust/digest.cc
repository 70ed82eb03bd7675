#include "trust/digest.h"

#include <stdexcept>

#include "trust/openssl_handle.h"

namespace ucready::trust {

// Fetching the algorithm and making a context anew cost more than hashing a certificate; both are kept.
Digest sha256(ByteView bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const DigestContextHandle context(EVP_MD_CTX_new());
  Digest digest{};
  const bool done = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!done) throw std::runtime_error("libcrypto offers no SHA-256");
  return digest;
}

}  // namespace ucready::trust
