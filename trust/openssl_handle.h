// Owners for libcrypto's objects.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "core/c_handle.h"

namespace ucready::trust {

using X509Handle = CHandle<X509, X509_free>;
using NameHandle = CHandle<X509_NAME, X509_NAME_free>;
using GeneralNamesHandle = CHandle<GENERAL_NAMES, GENERAL_NAMES_free>;
using PurposesHandle = CHandle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using BitStringHandle = CHandle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ConstraintsHandle = CHandle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using DigestContextHandle = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;

// What libcrypto says of bad input must not be found later by another room that asks its own error queue.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_set_mark(); }
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

}  // namespace ucready::trust
