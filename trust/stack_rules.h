// What each TLS stack makes of each fault of a chain: a table, measured on the stacks themselves (docs/trust.md). A
// stack without a column of its own is only sure where all measured ones agree.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "trust/chain_verdict.h"

namespace ucready::trust {

enum class FaultKind {
  untrusted,             // No path into the store.
  missing_intermediate,  // None, but a certificate seen elsewhere would make one.
  lone_anchor,           // The path ends in the store at a certificate that is not self-signed, with nothing above it.
  bad_signature,
  not_an_authority,      // An issuer may not issue, or not so deep.
  purpose,               // The leaf's extended key usage lacks the presenter's role.
  any_purpose_only,      // It has anyExtendedKeyUsage in its place.
  issuer_purpose,        // That of an issuer, or of a leaf that is its own anchor.
  key_usage,             // The leaf's key usage fits no key exchange.
  no_digital_signature,  // It fits only RSA key transport.
  signature_doubtful,    // The same, where only OpenSSL's mind is known.
  key,                   // Not weak by itself; a security level may ask for more.
  short_key,             // RSA of 1024 to 2047 bits in the leaf.
  weak_key,              // Any other key of less than 112 bits of security.
  hash,                  // As `key`.
  sha1,
  weak_hash,  // MD5 and the like.
  name,
  expired,
  not_yet_valid,
  anchor_expired,
  anchor_not_yet_valid,
  other,  // Whatever else X509_verify_cert says.
};

struct ChainFault {
  FaultKind kind = FaultKind::other;
  std::string sentence;
  int security_bits = 0;  // Of keys and hashes, as OpenSSL 3.0 counts.
};

enum class Ruling { takes, refuses, unknown };

struct StackRuling {
  Ruling ruling = Ruling::unknown;
  std::optional<tls::Alert> alert;  // Where it refuses; nothing: not known.
  std::string_view missing;         // Where it is unknown: the contract's word.
};

StackRuling rule_on(const ChainFault& fault, const ChainQuestion& question);

// The contract's reason for a refusal.
std::string_view reason_of(FaultKind kind, Presenter presenter);

}  // namespace ucready::trust
