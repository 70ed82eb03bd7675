// Packets of a network interface, by libpcap. It listens and never sends.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "passive/packet_source.h"

namespace ucready::passive {

struct LiveOptions {
  std::string interface;
  std::string filter;                   // In the language of tcpdump; empty for none. The kernel applies it.
  int slice_ms = 200;                   // How long next() waits for a packet.
  int buffer_bytes = 32 * 1024 * 1024;  // In the kernel, for when we are slow.
};

// Promiscuous, of whole packets, with nanoseconds where the interface has them. Needs CAP_NET_RAW and nothing else.
// Errors begin with the interface and name the mend. It ends only by a fault ("the interface went down").
Result<std::unique_ptr<PacketSource>> open_live_capture(const LiveOptions& options);

// Gives up the right to capture and all others, for good: to be called once everything is open and before any thread
// starts, since rights belong to threads. Only root keeps one (CAP_DAC_OVERRIDE), so that it still writes where it may.
Result<void> drop_capture_rights();

}  // namespace ucready::passive
