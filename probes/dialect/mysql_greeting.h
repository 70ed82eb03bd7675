// The first packet of a MySQL or MariaDB server (MySQL documentation, "Protocol::Handshake", version 10).
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::probes {

struct MysqlGreeting {
  bool offers_tls = false;
  std::string server_version;
  std::string refusal;  // Of an error packet instead: what it says. Empty: it is a greeting.
  std::uint8_t sequence = 0;
  std::size_t size = 0;  // Bytes of the packet with its header.

  bool operator==(const MysqlGreeting&) const = default;
};

// Nothing while the packet is not whole; malformed for what is neither.
Result<std::optional<MysqlGreeting>> read_mysql_greeting(ByteView bytes);

}  // namespace ucready::probes
