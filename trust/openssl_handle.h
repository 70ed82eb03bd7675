// Owners for libcrypto's objects, named so that no call to a *_free function stands anywhere else in the room.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>

namespace ucready::trust {

template <auto Free>
struct OpensslFree {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

template <typename T, auto Free>
using OpensslHandle = std::unique_ptr<T, OpensslFree<Free>>;

using X509Handle = OpensslHandle<X509, X509_free>;
using NameHandle = OpensslHandle<X509_NAME, X509_NAME_free>;
using GeneralNamesHandle = OpensslHandle<GENERAL_NAMES, GENERAL_NAMES_free>;
using PurposesHandle = OpensslHandle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using BitStringHandle = OpensslHandle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ConstraintsHandle = OpensslHandle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using DigestContextHandle = OpensslHandle<EVP_MD_CTX, EVP_MD_CTX_free>;

// What libcrypto says of bad input must not be found later by another room that asks its own error queue.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_set_mark(); }
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

}  // namespace ucready::trust
