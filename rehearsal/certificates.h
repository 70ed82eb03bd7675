// Where an endpoint gets real certificates for the chains of a profile.
#pragma once

#include <openssl/x509.h>

#include <ctime>
#include <vector>

#include "core/bytes.h"
#include "trust/openssl_handle.h"
#include "upgrade/negotiation/profile.h"

namespace ucready::rehearsal {

// What an end presents. The objects belong to their `Certificates`.
struct Shown {
  X509* leaf = nullptr;
  EVP_PKEY* key = nullptr;
  std::vector<X509*> issuers;  // As sent, the leaf's own issuer first.
};

class Certificates {
 public:
  Certificates() = default;
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  virtual ~Certificates() = default;

  virtual Shown shown(const negotiation::Chain& chain) = 0;
  // What the end on that side holds to judge the other by; its flags are the caller's.
  virtual X509_STORE* store(negotiation::Side judge, const negotiation::Trust& trust) = 0;
  // Chain::id of a leaf that went over the wire; empty: a stranger's.
  virtual std::string id_of(ByteView leaf) = 0;
  // When the end on that side judges the other.
  [[nodiscard]] virtual std::time_t verified_at(negotiation::Side judge) const = 0;
  // By which a client that checks a name calls the server: a DNS name or an IP address.
  [[nodiscard]] virtual std::string server_name() const { return "server.rehearsal.test"; }
};

// DER of a certificate.
Bytes encoded(const X509* certificate);

}  // namespace ucready::rehearsal
