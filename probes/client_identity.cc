#include "probes/client_identity.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "core/printable.h"
#include "probes/openssl_handles.h"

namespace ucready::probes {
namespace {

using Handles = ClientIdentity::Handles;

Error error_of(const std::filesystem::path& path, ErrorCode code, std::string_view what) {
  ERR_clear_error();
  return {code, printable(fmt::format("{}: {}", path.string(), what))};
}

int give_password(char* buffer, int size, int, void* password) {
  const std::string& text = *static_cast<const std::string*>(password);
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(text, buffer);
  return static_cast<int>(text.size());
}

Bio open_file(const std::filesystem::path& path) { return Bio(BIO_new_file(path.c_str(), "rb")); }

bool read_pem(BIO* bio, Handles& handles) {
  handles.leaf.reset(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
  if (!handles.leaf) return false;
  constexpr std::size_t kMostCertificates = 32;
  while (handles.chain.size() < kMostCertificates) {
    X509Handle more(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
    if (!more) break;
    handles.chain.push_back(std::move(more));
  }
  ERR_clear_error();
  return true;
}

bool read_pkcs12(BIO* bio, const std::string& password, Handles& handles, bool& is_pkcs12) {
  const Pkcs12Handle file(d2i_PKCS12_bio(bio, nullptr));
  is_pkcs12 = file != nullptr;
  if (!is_pkcs12) return false;
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* chain = nullptr;
  const bool read = PKCS12_parse(file.get(), password.c_str(), &key, &leaf, &chain) == 1;
  handles.key.reset(key);
  handles.leaf.reset(leaf);
  while (chain != nullptr && sk_X509_num(chain) > 0) handles.chain.emplace_back(sk_X509_shift(chain));
  sk_X509_free(chain);
  return read && handles.key && handles.leaf;
}

}  // namespace

ClientIdentity::ClientIdentity(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
ClientIdentity::~ClientIdentity() = default;

Result<std::shared_ptr<const ClientIdentity>> ClientIdentity::load(const std::filesystem::path& certificate,
                                                                   const std::filesystem::path& key,
                                                                   const std::string& password) {
  const auto fault = [](const std::filesystem::path& path, ErrorCode code, std::string_view what) {
    return tl::unexpected<Error>(error_of(path, code, what));
  };
  auto handles = std::make_unique<Handles>();
  const Bio file = open_file(certificate);
  if (!file) return fault(certificate, ErrorCode::not_found, "cannot be opened");
  bool is_pkcs12 = false;
  const bool read = read_pkcs12(file.get(), password, *handles, is_pkcs12);
  if (is_pkcs12 && !read) {
    return fault(certificate, ErrorCode::malformed,
                 "PKCS#12 that does not open; give its password in UCREADY_CLIENT_PASSWORD");
  }
  if (!is_pkcs12) {
    ERR_clear_error();
    const Bio again = open_file(certificate);
    if (!again || !read_pem(again.get(), *handles)) {
      return fault(certificate, ErrorCode::malformed, "neither a certificate in PEM nor PKCS#12");
    }
    const std::filesystem::path& key_path = key.empty() ? certificate : key;
    const Bio key_file = open_file(key_path);
    if (!key_file) return fault(key_path, ErrorCode::not_found, "cannot be opened");
    std::string secret = password;
    handles->key.reset(PEM_read_bio_PrivateKey(key_file.get(), nullptr, give_password, &secret));
    if (!handles->key) {
      return fault(key_path, ErrorCode::malformed,
                   "no private key in PEM, or one that does not open; give its password in UCREADY_CLIENT_PASSWORD");
    }
  }
  if (X509_check_private_key(handles->leaf.get(), handles->key.get()) != 1) {
    return fault(certificate, ErrorCode::malformed, "the key belongs to another certificate");
  }
  return std::make_shared<const ClientIdentity>(std::move(handles));
}

}  // namespace ucready::probes
