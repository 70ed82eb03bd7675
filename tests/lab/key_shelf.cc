#include "key_shelf.h"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string_view>

namespace ucready::lab {
namespace {

struct KeyKind {
  std::string_view name;
  const char* algorithm;
  int bits;           // RSA.
  const char* curve;  // EC.
};

constexpr KeyKind kKinds[] = {
    {"rsa1024", "RSA", 1024, nullptr},  {"rsa2048", "RSA", 2048, nullptr}, {"rsa-pss2048", "RSA-PSS", 2048, nullptr},
    {"p256", "EC", 0, "P-256"},         {"p384", "EC", 0, "P-384"},        {"p521", "EC", 0, "P-521"},
    {"ed25519", "ED25519", 0, nullptr},
};

Key make_key(const std::string& kind_name) {
  for (const auto& kind : kKinds) {
    if (kind.name != kind_name) continue;
    const std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>> context(
        EVP_PKEY_CTX_new_from_name(nullptr, kind.algorithm, nullptr));
    require(context && EVP_PKEY_keygen_init(context.get()) == 1, "key generation cannot start");
    if (kind.bits != 0) require(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), kind.bits) == 1, "key size");
    if (kind.curve != nullptr) require(EVP_PKEY_CTX_set_group_name(context.get(), kind.curve) == 1, "curve");
    EVP_PKEY* made = nullptr;
    require(EVP_PKEY_generate(context.get(), &made) == 1, "key generation");
    return own(made);
  }
  throw Trouble(fmt::format("unknown kind of key '{}'", kind_name));
}

}  // namespace

KeyShelf::KeyShelf(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
}

Key KeyShelf::key(const std::string& owner, const std::string& kind) const {
  const auto path = folder_ / fmt::format("{}-{}.key", owner, kind);
  using File = std::unique_ptr<BIO, FreeWith<BIO_free>>;
  if (const File file(BIO_new_file(path.c_str(), "r")); file) {
    if (EVP_PKEY* read = PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr)) return own(read);
  }
  ERR_clear_error();
  Key made = make_key(kind);
  const File file(BIO_new_file(path.c_str(), "w"));
  require(file && PEM_write_bio_PrivateKey(file.get(), made.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "a key cannot be written");
  return made;
}

}  // namespace ucready::lab
