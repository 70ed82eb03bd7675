// What two ends say through a finished handshake, without any I/O. No new keys and no second handshake: a server that
// wants either has ended the conversation.
#pragma once

#include <memory>

#include "core/bytes.h"
#include "tls/handshake.h"
#include "tls/protected_records.h"
#include "tls/record.h"

namespace ucready::tls {

class Channel {
 public:
  enum class State {
    open,
    closed,  // With a close_notify: all was said.
    broken,  // By anything else: an alert, a record that cannot be opened, a wish for new keys.
  };

  // `unsent`: the handshake's last words. `reader` may hold what came behind the server's.
  Channel(Version version, std::unique_ptr<ProtectedRecords> records, RecordReader reader, Bytes unsent);

  // Of any length. Nothing is said any more once the channel is not open.
  void say(ByteView data);
  void say_farewell();  // Lets the server keep the session (RFC 5246 section 7.2.1).
  [[nodiscard]] bool wants_to_send() const { return !output_.empty(); }
  Bytes take_output() { return std::exchange(output_, {}); }

  void receive(ByteView bytes);  // Any fragmentation.
  // What came and was not taken, at most what was fed. Views end with the next call of receive().
  [[nodiscard]] ByteView heard() const { return ByteView(heard_).subspan(taken_); }
  void take(std::size_t count) { taken_ += count; }
  [[nodiscard]] State state() const { return state_; }

 private:
  void read();
  State take_record(const ProtectedRecords::Opened& opened);
  State take_alert(ByteView content) const;
  State take_messages(ByteView content);

  Version version_;
  std::unique_ptr<ProtectedRecords> records_;
  RecordReader reader_;
  HandshakeReader handshake_;
  Bytes output_;
  Bytes heard_;
  std::size_t taken_ = 0;
  State state_ = State::open;
};

}  // namespace ucready::tls
