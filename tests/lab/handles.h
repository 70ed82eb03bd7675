// Owners of OpenSSL's handles.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "trouble.h"

namespace ucready::lab {

template <auto Free>
struct FreeWith {
  template <typename Handle>
  void operator()(Handle* handle) const {
    Free(handle);
  }
};

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;
using TlsContext = std::shared_ptr<SSL_CTX>;

inline Key own(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }
inline Certificate own(X509* certificate) { return {certificate, X509_free}; }

[[noreturn]] inline void throw_openssl(const std::string& what) {
  char reason[256] = "no reason given";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof reason);
  throw Trouble(what + ": " + reason);
}

inline void require(bool done, const char* what) {
  if (!done) throw_openssl(what);
}

}  // namespace ucready::lab
