// Certificates as negotiation takes them, and what a store makes of them.
#pragma once

#include "trust/chain_verdict.h"
#include "upgrade/forecast/estate.h"
#include "upgrade/negotiation/profile.h"

namespace ucready::forecast {

// Nothing where its leaf cannot be read.
std::optional<negotiation::Chain> chain_of(const PresentedChain& presented, Time at);

// Who judges a presented chain, and by what.
struct StoreQuestion {
  const trust::TrustStore* store = nullptr;
  trust::Presenter presenter = trust::Presenter::server;
  std::string_view stack;  // The judge's.
  int security_level = 0;
  Time at{};
};

struct StoreOpinion {
  negotiation::Anchor anchor = negotiation::Anchor::none;
  // What negotiation cannot see in the facts of the chain.
  std::optional<negotiation::StoreObjection> objection;
  bool doubtful = false;  // Whether this stack raises it is not known.
};
StoreOpinion opinion_of(const PresentedChain& presented, const StoreQuestion& asked,
                        const std::vector<CertificatePtr>& seen_elsewhere);

// Whether the leaf holds the name, a DNS name or an IP address (RFC 6125; the CN where there is no DNS name).
bool holds_name(const PresentedChain& presented, const std::string& name);

}  // namespace ucready::forecast
