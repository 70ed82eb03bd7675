// Owners for libssl's objects.
#pragma once

#include <openssl/ssl.h>

#include "trust/openssl_handle.h"

namespace ucready::rehearsal {

using SslContextHandle = trust::OpensslHandle<SSL_CTX, SSL_CTX_free>;
using SslHandle = trust::OpensslHandle<SSL, SSL_free>;

}  // namespace ucready::rehearsal
