// A TLS connection in memory: libssl's client and server, and what each sent, in order.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "passive/conversation.h"
#include "tests/support/certificate_maker.h"

namespace ucready::passive {

struct Flight {
  Side from = Side::a;  // The client is Side::a.
  Bytes bytes;
};

struct PairConfig {
  int version = 0x0304;
  std::string key = "ec:P-256";  // As support::CertificateRecipe names it.
  std::string ciphers;           // Empty: the library's.
  std::string tls13_ciphers;
  std::string server_groups;
  std::string client_key;  // Empty: no certificate.
  bool request_certificate = false;
  bool require_certificate = false;
  bool server_trusts_client = true;
  bool client_trusts_server = true;
  bool tickets = true;
  bool psk = false;     // An external one.
  int connections = 1;  // Of the same client; what is returned is the last.
  std::string server_name = "cucm.nordwind.example";
};

struct Pair {
  std::vector<Flight> flights;
  std::string key_log;
  Bytes server_certificate;
  Bytes client_certificate;
};

// The handshake, "GET" by the client, "200" by the server, then both close. After a failure nothing more is said.
Pair talk(const PairConfig& config);

}  // namespace ucready::passive
