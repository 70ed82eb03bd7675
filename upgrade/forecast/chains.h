// Certificates as negotiation takes them, and what a store makes of them.
#pragma once

#include "trust/chain_verdict.h"
#include "upgrade/forecast/estate.h"
#include "upgrade/negotiation/profile.h"

namespace ucready::forecast {

// Nothing where its leaf cannot be read.
std::optional<negotiation::Chain> chain_of(const PresentedChain& presented, Time at);

// How the chain hangs on the store, by the stack's way of building paths.
negotiation::Anchor anchor_of(const PresentedChain& presented, const trust::TrustStore& store,
                              trust::Presenter presenter, std::string_view stack, Time at,
                              const std::vector<CertificatePtr>& seen_elsewhere);

// Whether the leaf holds the name, a DNS name or an IP address (RFC 6125; the CN where there is no DNS name).
bool holds_name(const PresentedChain& presented, const std::string& name);

}  // namespace ucready::forecast
