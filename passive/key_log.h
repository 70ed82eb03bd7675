// Secrets of TLS 1.3 connections in the NSS key log format (draft-ietf-tls-keylogfile).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/bytes.h"
#include "tls/tls13_keys.h"

namespace ucready::passive {

struct TrafficSecrets {  // An empty one is not known.
  tls::Secret client_handshake;
  tls::Secret server_handshake;
  tls::Secret server_application;
};

class KeyLog {
 public:
  // Whole lines. Lines of other kinds are passed over, and all that come after the bound.
  void add(std::string_view lines);
  // By the ClientHello's random; nullptr: none. Ends with the next add().
  [[nodiscard]] const TrafficSecrets* find(ByteView client_random) const;
  [[nodiscard]] bool empty() const { return secrets_.empty(); }

 private:
  static constexpr std::size_t kMostConnections = (std::size_t{64} << 20) / (sizeof(TrafficSecrets) + 128);
  void add_line(std::string_view line);

  std::unordered_map<std::string, TrafficSecrets> secrets_;
};

}  // namespace ucready::passive
