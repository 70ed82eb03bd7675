// The record layer in clear: RFC 8446 section 5.1, RFC 5246 section 6.2.1, and the SSLv2 form of a first ClientHello
// (RFC 5246 appendix E.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "tls/code_points.h"

namespace ucready::tls {

enum class ContentType : std::uint8_t {
  sslv2_client_hello = 0,  // No number on the wire: an SSLv2 record that holds a ClientHello.
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  heartbeat = 24,
};

inline constexpr std::size_t kRecordHeaderBytes = 5;
inline constexpr std::size_t kMostRecordBytes = (1U << 14) + 2048;  // RFC 5246 section 6.2.3.
inline constexpr std::size_t kMostPlaintextBytes = 1U << 14;

struct Record {
  ContentType type{};
  Version version;
  ByteView header;  // Empty for an SSLv2 record.
  ByteView body;    // Views end with the next call of the reader.
};

enum class Sender { client, server };  // Whose bytes are read.

// Cuts a stream of bytes, fed in any fragments, into records. Holds at most one record more than was last fed.
class RecordReader {
 public:
  enum class State { needs_more, record, not_tls, malformed };

  explicit RecordReader(Sender sender) : sender_(sender) {}

  void feed(ByteView bytes);
  // `record` fills `record`; not_tls can come only before the first record, malformed only after it. Both are final.
  State next(Record& record);
  // What was fed and not yet taken.
  [[nodiscard]] ByteView pending() const;

 private:
  State next_sslv2(Record& record);
  State refuse();

  Sender sender_;
  Bytes buffer_;
  std::size_t taken_ = 0;
  bool any_record_ = false;
  std::optional<State> final_;
};

// Writes content as one or more records of at most 2^14 bytes.
void write_records(ByteWriter& out, ContentType type, Version version, ByteView content);

// The one record of its type, of TLSv1.2 and, for middleboxes, TLSv1.3 (RFC 8446 appendix D.4).
bool is_change_cipher_spec(const Record& record);
void write_change_cipher_spec(ByteWriter& out);

}  // namespace ucready::tls
