// TLS 1.3 secrets by the client's random, from lines in the NSS key log format
// (draft-ietf-tls-keylogfile): LABEL RANDOM SECRET.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/bytes.h"

namespace ucready::passive {

struct HandshakeTrafficSecrets {
  Bytes client;  // Empty: not in the log.
  Bytes server;
  Bytes server_after;  // Of what the server sends behind its Finished.
};

class KeyLog {
 public:
  // Lines of other labels, and what is no such line, are passed over. At most 262,144 connections are kept.
  void add(std::string_view lines);
  [[nodiscard]] const HandshakeTrafficSecrets* find(ByteView client_random) const;  // nullptr: not in the log.
  [[nodiscard]] bool empty() const { return secrets_.empty(); }

 private:
  void add_line(std::string_view line);

  std::unordered_map<std::string, HandshakeTrafficSecrets> secrets_;
};

}  // namespace ucready::passive
