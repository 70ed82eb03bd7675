// The Certificate message: RFC 5246 section 7.4.2 and RFC 8446 section 4.4.2.
#pragma once

#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"

namespace ucready::tls {

inline constexpr std::size_t kMostCertificates = 32;
inline constexpr std::size_t kMostCertificateBytes = 64 * 1024;

// DER as sent, leaf first. What goes beyond the bounds is left out: certificates after the 32nd, bytes after 64 kB.
Result<std::vector<Bytes>> read_certificate_message(ByteView body, Version version);

// The extensions at the leaf's entry of a TLSv1.3 message (RFC 8446 section 4.4.2); none where it holds no certificate.
Result<std::vector<ExtensionType>> read_leaf_extensions(ByteView body);

}  // namespace ucready::tls
