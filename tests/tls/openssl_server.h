// A real server in memory, for probes to talk to: libssl over memory BIOs, everything allowed, keys made once.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "tls/hello_probe.h"

namespace ucready::tls {

enum class Resumes { by_id, by_ticket, never };

enum class KeyKind { rsa, rsa_pss, p256, p384, ed25519 };

struct ServerConfig {
  std::vector<KeyKind> keys = {KeyKind::rsa};
  int min_version = TLS1_VERSION;
  int max_version = TLS1_3_VERSION;
  std::string ciphers = "ALL:eNULL:@SECLEVEL=0";
  std::string tls13_ciphers;  // Empty: the library's.
  std::string groups;         // Empty: the library's.
  std::string alpn;           // Selected whatever is offered.
  bool request_client_certificate = false;
  bool dh = false;  // Has Diffie-Hellman parameters.
  Resumes resumes = Resumes::by_id;
  bool extended_master_secret = true;
  std::size_t ticket_freight = 0;  // What the application puts into its tickets.
  std::size_t tickets = 2;         // Sent after a TLS 1.3 handshake.
  bool takes_any_client = false;   // Whatever certificate is shown.
  std::function<std::string(std::string_view request)>
      respond;                                // Said inside TLS, to each read; empty: nothing ever is.
  std::function<void(SSL*)> before_response;  // What is done to the connection once a request came.
};

class OpensslServer {
 public:
  explicit OpensslServer(const ServerConfig& config);
  ~OpensslServer();

  // The next client comes; the sessions that earlier ones were given stay known.
  void accept_next();
  // Takes what the client sent, gives what the server answers; empty once the connection is over.
  Bytes answer(ByteView sent);
  // DER of the certificate made for a kind of key.
  static Bytes certificate_of(KeyKind kind);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Lets the probe talk until it is done; the answer is fed in pieces of `fragment` bytes (0: whole).
ServerAnswer interview(OpensslServer& server, HelloProbe& probe, std::size_t fragment = 0);

}  // namespace ucready::tls
