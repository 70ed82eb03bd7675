// CertificateRequest: RFC 5246 section 7.4.4, RFC 8446 section 4.3.2.
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "tls/server_answer.h"

namespace ucready::tls {

inline constexpr std::size_t kMostAuthorities = 256;

// Names after the 256th are left out.
Result<CertificateRequest> read_certificate_request(ByteView body, Version version);

}  // namespace ucready::tls
