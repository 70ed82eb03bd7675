// The one protocol a server selects (RFC 7301 section 3.1).
#pragma once

#include <string>

#include "core/bytes.h"

namespace ucready::tls {

// False when the extension's content is not a list of exactly one name.
bool read_selected_alpn(ByteView content, std::string& protocol);

}  // namespace ucready::tls
