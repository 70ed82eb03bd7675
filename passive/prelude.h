// The plaintext before TLS: kept as far as it names the protocol.
#pragma once

#include <array>
#include <string_view>

#include "core/bytes.h"

namespace ucready::passive {

// One side's plaintext: how it began and how it ended.
class Prelude {
 public:
  void add(ByteView bytes);
  [[nodiscard]] std::string_view head() const { return as_text(ByteView(head_)); }
  [[nodiscard]] std::string_view tail() const { return as_text(ByteView(tail_)); }
  [[nodiscard]] std::size_t memory() const { return head_.capacity() + tail_.capacity(); }

 private:
  Bytes head_;
  Bytes tail_;
};

// What a prelude of both sides leads to: smtp, imap, xmpp-client, xmpp-server, ldap, postgresql, mysql; tls for all
// others. A literal.
std::string_view protocol_of(const Prelude& client, const Prelude& server);

// How many bytes a message takes after which a client speaks TLS without waiting for an answer, so that both may stand
// in one segment: MySQL's and PostgreSQL's requests. 0: the bytes begin with none.
std::size_t request_bytes(ByteView segment);

}  // namespace ucready::passive
