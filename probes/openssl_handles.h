// Owners of OpenSSL's handles, for the files of this room that use it.
#pragma once

#include <openssl/bio.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>

#include <vector>

#include "probes/client_identity.h"
#include "trust/openssl_handle.h"

namespace ucready::probes {

using Bio = CHandle<BIO, BIO_free_all>;
using trust::X509Handle;
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
