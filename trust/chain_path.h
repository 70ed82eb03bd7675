// How a presented chain leads to a store, and all that is wrong on the way, as X509_verify_cert finds it (RFC 5280
// section 6) without stopping at the first fault.
#pragma once

#include <string>
#include <vector>

#include "trust/chain_verdict.h"

namespace ucready::trust {

struct PathStep {
  std::string subject;
  std::string key_type;
  int key_bits = 0;
  int key_security_bits = 0;   // As libcrypto counts them: 112 for RSA 2048.
  std::string hash;            // Of the signature on it; empty where the algorithm hashes by itself.
  int hash_security_bits = 0;  // As OpenSSL 3.0 counts them: 63 for SHA-1.
};

struct PathFault {
  int error = 0;          // X509_V_ERR_...
  std::size_t depth = 0;  // 0 is the leaf.
};

struct ChainPath {
  std::vector<PathStep> steps;    // Leaf first, as far as the path could be built; its last one is the anchor.
  std::vector<PathFault> faults;  // In the order in which OpenSSL meets them.
  [[nodiscard]] bool has(int error) const;
  [[nodiscard]] bool ends_in_store() const;
};

// `also`: more certificates that may stand between leaf and store. A leaf that libcrypto cannot read gives no steps.
ChainPath build_path(const ChainQuestion& question, const std::vector<CertificatePtr>& also, bool partial_chains);

// Whether the leaf carries the name or address: RFC 6125 section 6.4, the CN only where no DNS name is there.
bool carries_name(const Certificate& leaf, const std::string& name);

}  // namespace ucready::trust
