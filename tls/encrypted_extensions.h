// EncryptedExtensions: RFC 8446 section 4.3.1.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"

namespace ucready::tls {

struct EncryptedExtensions {
  std::vector<ExtensionType> extensions;  // In wire order.
  std::string alpn;

  bool operator==(const EncryptedExtensions&) const = default;
};

Result<EncryptedExtensions> read_encrypted_extensions(ByteView body);

}  // namespace ucready::tls
