// Owners for libssl's objects.
#pragma once

#include <openssl/ssl.h>

#include "trust/openssl_handle.h"

namespace ucready::rehearsal {

using SslContextHandle = CHandle<SSL_CTX, SSL_CTX_free>;
using SslHandle = CHandle<SSL, SSL_free>;

}  // namespace ucready::rehearsal
