// The signature schemes of TLSv1.2 that the search for suites did not bring. A scheme belongs to a kind of key there,
// and the suite names the kind.
#pragma once

#include <vector>

#include "probes/asker.h"
#include "probes/common_points.h"
#include "probes/suite_removal.h"
#include "probes/turn_list.h"

namespace ucready::probes {

struct FoundLegacySchemes {
  bool complete = true;
  bool no_more_groups = false;  // Shown on the way.
};

class LegacySchemes {
 public:
  // All must outlive it. `suites`: those of TLSv1.2; what the server chooses is left in both lists.
  LegacySchemes(Asker& asker, const tls::HelloOffer& base, const FoundSuites& suites, TurnList<tls::Group>& groups,
                TurnList<tls::SignatureScheme>& schemes, Hashes hashes);

  asio::awaitable<FoundLegacySchemes> find();

 private:
  asio::awaitable<void> find_with_groups();
  asio::awaitable<bool> find_of_both_kinds();
  asio::awaitable<bool> exhaust(tls::HelloOffer offer);
  [[nodiscard]] bool may_ask_both_kinds() const;
  bool note_scheme(const tls::HelloOffer& offer, const tls::ServerAnswer& answer);
  [[nodiscard]] std::vector<tls::CipherSuite> signed_by(tls::Authentication kind) const;
  [[nodiscard]] std::vector<tls::CipherSuite> signed_suites() const;

  Asker& asker_;
  const tls::HelloOffer& base_;
  const FoundSuites& suites_;
  TurnList<tls::Group>& groups_;
  TurnList<tls::SignatureScheme>& schemes_;
  Hashes hashes_;
  bool no_more_groups_ = false, no_more_rsa_schemes_ = false;  // Shown by refusals.
  bool no_scheme_of_both_ = false;                             // One of the two kinds of key may hide the other there.
  bool passes_over_ = false;  // The last answer was of another kind of key than what it likes best.
};

}  // namespace ucready::probes
