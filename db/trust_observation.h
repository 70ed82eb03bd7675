// What one trust store holds, and which chains are declared, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/certificate.h"
#include "core/words.h"

namespace ucready::db {

struct TrustedCertificate {
  std::string source;          // The file or export it comes from.
  bool pinned = false;         // Contract, v_trust.kind.
  CertificatePtr certificate;  // nullptr: known by its digest alone, or by its name.
  std::string hash_algorithm;  // Of that digest: sha1, sha256, ...
  std::string hash;            // Lower-case hex.
  std::string subject;         // Where there is no certificate.
  std::string roles;           // "SAST,CCM+TFTP"; empty for authorities.
};

// All that a store holds: with no entries it is known to be empty.
struct TrustObservation {
  std::string cluster;
  std::string node;   // Empty: of a cluster without nodes.
  std::string store;  // Empty: every store.
  std::vector<TrustedCertificate> entries;
};

struct DeclaredChain {
  std::string cluster;
  std::string node;
  std::string service;  // Empty and port 0: of all services and interfaces.
  std::uint16_t port = 0;
  std::string source;
  std::vector<CertificatePtr> certificates;  // Leaf first; never empty.
  int line = 0;
  Confidence confidence = Confidence::declared;
  std::string protocol;  // Of the port, as in the contract; empty: no port, or not known.
};

}  // namespace ucready::db
