// Owners of OpenSSL's handles, for the files of this room that use it.
#pragma once

#include <openssl/bio.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

#include "probes/client_identity.h"

namespace ucready::probes {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Handle = std::unique_ptr<X509, Freer<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Pkcs12Handle = std::unique_ptr<PKCS12, Freer<PKCS12_free>>;
using SslContext = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Freer<SSL_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, Freer<SSL_SESSION_free>>;

struct ClientIdentity::Handles {
  X509Handle leaf;
  KeyHandle key;
  std::vector<X509Handle> chain;
};

}  // namespace ucready::probes
