// What goes through a finished handshake, whoever finished it.
#pragma once

#include "probes/transport.h"

namespace ucready::probes {

class TlsStream : public Transport {
 public:
  // Says goodbye; the connection below stays as it is.
  virtual asio::awaitable<void> close() = 0;
};

}  // namespace ucready::probes
