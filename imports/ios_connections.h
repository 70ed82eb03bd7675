// TLS connections that a router tells of: "show sip-ua connections tcp tls detail", and the failures in its log.
#pragma once

#include <string>
#include <string_view>

#include "imports/told.h"

namespace ucready::imports {

class IosConnections {
 public:
  explicit IosConnections(Told& told) : told_(told) {}

  // False: it makes no sense of the line.
  bool line(std::string_view text, int number);

 private:
  Told& told_;
  std::string agent_;  // "Remote-Agent:10.0.0.5"
};

// "%SIP-2-TLS_HANDSHAKE_FAILED: ..." False: the line is none.
bool take_handshake_failure(std::string_view text, int number, Told& told);

}  // namespace ucready::imports
