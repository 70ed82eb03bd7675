// The packets of MS-SQL's TDS (MS-TDS section 2.2.3): during the handshake TLS records travel inside them.
#pragma once

#include "core/bytes.h"

namespace ucready::lab {

// What the whole packets at the front carry; they are taken off.
Bytes take_tds_payload(Bytes& received);

// TLS bytes as PRELOGIN packets.
Bytes tds_packets(ByteView payload);

// The server's answer to a PRELOGIN: encryption is on, or not supported.
Bytes tds_prelogin_answer(bool encrypted);

}  // namespace ucready::lab
