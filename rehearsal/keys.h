// Keys made on the spot, each sort of key once: RSA keys are slow to make.
#pragma once

#include <map>
#include <string>

#include "core/certificate.h"
#include "core/result.h"
#include "trust/openssl_handle.h"

namespace ucready::rehearsal {

using KeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;

struct KeySort {
  std::string type;   // As Certificate::key_type.
  int bits = 0;       // Of RSA; above kMostRsaBits as if it were that long.
  std::string curve;  // Of ECDSA: IANA's name.

  auto operator<=>(const KeySort&) const = default;
};
KeySort key_sort(const Certificate& certificate);

inline constexpr int kMostRsaBits = 4096;

class KeyRack {
 public:
  // `holder`: keys of one sort are shared by all who give none. Error: no such sort can be made.
  Result<EVP_PKEY*> key(const KeySort& sort, const std::string& holder = {});

 private:
  std::map<std::pair<KeySort, std::string>, KeyHandle> made_;
};

}  // namespace ucready::rehearsal
