// Owners of OpenSSL's handles, for the files of this room that use it.
#pragma once

#include <openssl/bio.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <vector>

#include "core/c_handle.h"
#include "probes/client_identity.h"

namespace ucready::probes {

using Bio = CHandle<BIO, BIO_free_all>;
using X509Handle = CHandle<X509, X509_free>;
using KeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;
using Pkcs12Handle = CHandle<PKCS12, PKCS12_free>;
using SslContext = CHandle<SSL_CTX, SSL_CTX_free>;
using SslHandle = CHandle<SSL, SSL_free>;
using SessionHandle = CHandle<SSL_SESSION, SSL_SESSION_free>;

struct ClientIdentity::Handles {
  X509Handle leaf;
  KeyHandle key;
  std::vector<X509Handle> chain;
};

}  // namespace ucready::probes
