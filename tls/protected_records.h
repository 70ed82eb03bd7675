// The records of both directions once a handshake has their keys: each is sealed or opened in its turn.
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "tls/record.h"

namespace ucready::tls {

class ProtectedRecords {
 public:
  struct Opened {
    ContentType type{};
    ByteView content;  // Ends with the next call.
  };

  virtual ~ProtectedRecords() = default;
  // Appends the client's next record, of at most kMostPlaintextBytes. False when the library cannot seal it (CCM).
  virtual bool seal(ContentType type, ByteView content, ByteWriter& out) = 0;
  // The server's next record.
  virtual Result<Opened> open(const Record& record) = 0;
};

}  // namespace ucready::tls
