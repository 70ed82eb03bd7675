// A ClientHello written from facts, around the random, the session id and the share of the client's own.
#pragma once

#include "core/bytes.h"
#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

struct ForgedHello {
  HelloFacts facts;
};

// The record. `original` is the client's hello, `sent` its record: shares of its groups are taken from there, those of
// others are made up, but real.
Bytes write_forged(const ForgedHello& forged, const tls::ClientHello& original, ByteView sent);

}  // namespace ucready::negotiation
