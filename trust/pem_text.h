// Certificates as PEM (RFC 7468).
#pragma once

#include <string>

#include "core/bytes.h"

namespace ucready::trust {

// One block, lines of 64 characters, the last with its end.
std::string pem_of(ByteView der);

}  // namespace ucready::trust
