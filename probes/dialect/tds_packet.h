// Packets of TDS, the protocol of Microsoft SQL Server (MS-TDS sections 2.2.3.1 and 2.2.6.5).
#pragma once

#include <optional>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::probes {

inline constexpr std::uint8_t kTdsPrelogin = 0x12, kTdsResponse = 0x04;

// In one packet or more, each at most 4,096 bytes long.
Bytes write_tds_message(std::uint8_t type, ByteView payload);

struct TdsPacket {
  std::uint8_t type = 0;
  bool last = false;  // Of its message.
  ByteView payload;
  std::size_t size = 0;  // With the header.
};
// The first packet of `bytes`; nothing while it is not whole; malformed for a length or type that none has.
Result<std::optional<TdsPacket>> read_tds_packet(ByteView bytes);

Bytes tds_prelogin_request();
// The ENCRYPTION option of an answer to it: 0 off, 1 on, 2 not supported, 3 required; malformed without it.
Result<std::uint8_t> read_tds_encryption(ByteView payload);

}  // namespace ucready::probes
