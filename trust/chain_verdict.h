// What one end of a connection makes of the certificates that the other end presents.
//
// The question is always: this presented chain, against this store, at this moment, by this TLS stack. Nothing is
// looked up and no clock is read: the same question has the same answer. What is not known makes the verdict unknown,
// unless it could not change it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/certificate.h"
#include "core/time.h"
#include "tls/code_points.h"
#include "trust/store.h"

namespace ucready::trust {

enum class Presenter { server, client };  // Whose chain it is; the other end judges it.

struct ChainQuestion {
  std::vector<CertificatePtr> chain;  // As it is presented, leaf first.
  // The judge's store; nullptr: not known.
  const TrustStore* store = nullptr;
  Presenter presenter = Presenter::server;
  Time at{};
  std::string name;                   // That the judge compares, a DNS name or an IP address; empty: it compares none.
  std::string stack;                  // The judge's, a word of the contract ("openssl-3"); empty: not known.
  std::optional<int> security_level;  // 0 to 5, for OpenSSL and HAProxy; nothing: not known.
  bool partial_chains = false;        // OpenSSL: a lone leaf in the store is enough (X509_V_FLAG_PARTIAL_CHAIN).
  std::optional<bool> root_is_stacks_own;  // Java: the root is one of the JDK's own; nothing: not known.
  // The X.509 subjects that the judge lets in; empty: any. Compared with the leaf's CN and its whole subject.
  std::vector<std::string> authorised_subjects;
  // For pinned trust: the roles that a record must have, one of them ("CCM", "CCM+TFTP"); empty: any.
  std::vector<std::string> pin_roles;
  // Certificates seen anywhere else in the estate. They prove that a chain lacks an intermediate, and nothing else.
  std::vector<CertificatePtr> seen_elsewhere;
};

enum class ChainOutcome { trusted, refused, unknown };
std::string_view to_text(ChainOutcome outcome);

// How a chain hangs on a store, whatever its dates, purposes, hashes and key sizes say.
enum class Anchoring {
  none,
  missing_intermediate,  // The store holds its root, and what stands between is neither sent nor stored.
  root,                  // It ends in a self-signed certificate of the store; a self-signed leaf in itself.
  partial,               // It ends in one that is not self-signed, mostly the leaf itself, with nothing above it.
  pinned,                // The very certificate is listed.
};

struct ChainVerdict {
  ChainOutcome outcome = ChainOutcome::unknown;
  // A reason of the contract (docs/trust.md); empty where trusted. Of unknown: "missing_" and what.
  std::string_view reason;
  // What the judge sends; nothing: it sends none, or which is not known.
  std::optional<tls::Alert> alert;
  std::string sentence;  // What was found, with names out of certificates: escape it where it is shown.
  Anchoring anchoring = Anchoring::none;
};

ChainVerdict judge_chain(const ChainQuestion& question);

}  // namespace ucready::trust
