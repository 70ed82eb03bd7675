#include "probes/client_identity.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

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

Result<Bio> open_file(const std::filesystem::path& path) {
  constexpr std::string_view kMend = "name a file in PEM or PKCS#12 that this user may read";
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return tl::unexpected<Error>(error_of(path, ErrorCode::not_found, fmt::format("is a folder; {}", kMend)));
  }
  errno = 0;
  if (Bio file{BIO_new_file(path.c_str(), "rb")}) return file;
  const std::string why = std::generic_category().message(errno);
  return tl::unexpected<Error>(
      error_of(path, ErrorCode::not_found, fmt::format("cannot be opened: {}; {}", why, kMend)));
}

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

// What OpenSSL says of an algorithm that it has not: "Global default library context, Algorithm (RC2-40-CBC : 0), ...".
std::string named_algorithm(std::string_view told) {
  constexpr std::string_view kBefore = "Algorithm (";
  const std::size_t at = told.find(kBefore);
  if (at == std::string_view::npos) return "an algorithm";
  told.remove_prefix(at + kBefore.size());
  return std::string(told.substr(0, told.find_first_of(" :)")));
}

// From the queue of errors, which it empties. The MAC is checked first, so a wrong password never looks like the rest.
std::string why_pkcs12_did_not_open() {
  bool mac_absent = false, mac_wrong = false;
  std::string unavailable;
  const char* told = nullptr;
  int flags = 0;
  while (const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &told, &flags)) {
    const int reason = ERR_GET_REASON(code);
    const bool by_pkcs12 = ERR_GET_LIB(code) == ERR_LIB_PKCS12;
    if (reason == ERR_R_UNSUPPORTED) unavailable = named_algorithm((flags & ERR_TXT_STRING) != 0 ? told : "");
    if (by_pkcs12 && reason == PKCS12_R_UNKNOWN_DIGEST_ALGORITHM) unavailable = "an algorithm";
    mac_absent = mac_absent || (by_pkcs12 && reason == PKCS12_R_MAC_ABSENT);
    mac_wrong = mac_wrong || (by_pkcs12 && reason == PKCS12_R_MAC_VERIFY_FAILURE);
  }
  // Through a file: "openssl pkcs12 -export" reads what it is given twice.
  constexpr std::string_view kAnew =
      "write it anew: openssl pkcs12 {} -in OLD.p12 -nodes -out OLD.pem; openssl pkcs12 -export -in OLD.pem -out "
      "NEW.p12";
  if (!unavailable.empty()) {
    return fmt::format("PKCS#12 protected with {}, which OpenSSL does not offer here; ", unavailable) +
           fmt::format(kAnew, "-legacy");
  }
  if (mac_absent) return "PKCS#12 without a MAC, which OpenSSL does not open; " + fmt::format(kAnew, "-nomacver");
  if (mac_wrong) return "PKCS#12 that does not open; give its password in UCREADY_CLIENT_PASSWORD";
  return "PKCS#12 that is damaged; export it again";
}

// Nothing where the content is no PKCS#12; else what is wrong with it, empty where it was read.
std::optional<std::string> read_pkcs12(BIO* bio, const std::string& password, Handles& handles) {
  const Pkcs12Handle file(d2i_PKCS12_bio(bio, nullptr));
  ERR_clear_error();
  if (!file) return std::nullopt;
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* chain = nullptr;
  const bool read = PKCS12_parse(file.get(), password.c_str(), &key, &leaf, &chain) == 1;
  handles.key.reset(key);
  handles.leaf.reset(leaf);
  while (chain != nullptr && sk_X509_num(chain) > 0) handles.chain.emplace_back(sk_X509_shift(chain));
  sk_X509_free(chain);
  if (!read) return why_pkcs12_did_not_open();
  if (!handles.key) return "PKCS#12 without a private key; export the certificate together with its key";
  if (handles.leaf) return "";
  return handles.chain.empty() ? "PKCS#12 without a certificate; export the key together with its certificate"
                               : "the key belongs to another certificate";
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
  const Result<Bio> file = open_file(certificate);
  if (!file) return tl::unexpected<Error>(file.error());
  if (const auto trouble = read_pkcs12(file->get(), password, *handles)) {
    if (!trouble->empty()) return fault(certificate, ErrorCode::malformed, *trouble);
  } else {
    const Result<Bio> again = open_file(certificate);
    if (!again || !read_pem(again->get(), *handles)) {
      return fault(certificate, ErrorCode::malformed, "neither a certificate in PEM nor PKCS#12");
    }
    const std::filesystem::path& key_path = key.empty() ? certificate : key;
    const Result<Bio> key_file = open_file(key_path);
    if (!key_file) return tl::unexpected<Error>(key_file.error());
    std::string secret = password;
    handles->key.reset(PEM_read_bio_PrivateKey(key_file->get(), nullptr, give_password, &secret));
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
