// ServerHello and HelloRetryRequest: RFC 8446 sections 4.1.3 and 4.1.4, RFC 5246 section 7.4.1.3.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"

namespace ucready::tls {

struct ServerHello {
  Version legacy_version;
  Version version;  // From supported_versions where present, else legacy_version.
  std::array<std::uint8_t, 32> random{};
  Bytes session_id;
  CipherSuite suite;
  std::uint8_t compression = 0;
  std::vector<ExtensionType> extensions;  // In wire order.

  bool retry = false;          // It is a HelloRetryRequest.
  std::optional<Group> group;  // Of key_share.
  Bytes share;                 // Of key_share; empty in a HelloRetryRequest.
  Bytes cookie;
  std::string alpn;

  bool operator==(const ServerHello&) const = default;
};

// The body of a handshake message, without its header.
Result<ServerHello> read_server_hello(ByteView body);

}  // namespace ucready::tls
