// In which steps the signature schemes of TLSv1.3 are asked for, once some are known: those of all kinds of key at
// once, and what a refusal says of each kind.
#pragma once

#include <optional>
#include <vector>

#include "probes/hello_offers.h"
#include "probes/turn_list.h"

namespace ucready::probes {

class ModernSchemes {
 public:
  // `known`: what the version's other hellos were answered with.
  explicit ModernSchemes(const TurnList<tls::SignatureScheme>& known);

  // The schemes to offer next; empty: each is known to be there or not.
  [[nodiscard]] std::vector<tls::SignatureScheme> next() const;
  void took(tls::SignatureScheme chosen);
  // A server may choose a key and only then find that no scheme is left for it, which hides its other keys. A key of
  // which no scheme was left out cannot do that, nor one that was passed over before with the same schemes.
  void refused();

 private:
  struct Choice {
    std::vector<tls::SignatureScheme> offered;
    tls::SignatureScheme chosen;
  };

  [[nodiscard]] std::vector<tls::SignatureScheme> open_of(LeafKind kind) const;
  [[nodiscard]] bool was_chosen(LeafKind kind) const;
  [[nodiscard]] bool was_passed_over(LeafKind kind) const;
  void close(LeafKind kind);

  std::vector<tls::SignatureScheme> open_;
  std::vector<Choice> choices_;
  std::vector<tls::SignatureScheme> seen_;
  std::optional<LeafKind> alone_;
};

// The kind of key that signs so in TLSv1.3; PKCS#1 signs certificates alone there (RFC 8446 section 4.2.3).
std::optional<LeafKind> modern_kind(tls::SignatureScheme scheme);

}  // namespace ucready::probes
