// Handles of libcrypto that free themselves, for the files of this room that use it.
#pragma once

#include <memory>

namespace ucready::tls {

template <auto Free>
struct OpensslFreer {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

template <typename Handle, auto Free>
using OpensslOwner = std::unique_ptr<Handle, OpensslFreer<Free>>;

}  // namespace ucready::tls
