// What an end presents in a state: its chains as they are known today, aged, renewed or no longer taken.
#pragma once

#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

// The value of the setting `renewal` in a state.
enum class Renewal { none, same_authority, server_only };
Renewal renewal_of(const State& state);

// The chains with their leaves renewed: other certificates of the same authority, which nobody has pinned.
std::vector<PresentedChain> renewed(std::vector<PresentedChain> chains, Renewal renewal);
bool is_renewed(const PresentedChain& chain);
bool is_renewed(std::string_view leaf_id);
Certificate before_renewal(Certificate renewed);  // Its digest is that of the one that it replaces.

// Whether the product takes such a certificate at all in this state (docs/sources.md: FN, D225482): an Expressway
// refuses the upload of one without client authentication before X15.4, the C up to X15.4.
bool refuses_upload(const upgrade::Product* product, const State& state);

// The day on which what an end presents in this state is judged.
Time day_of(const Estate& estate, const State& state);

// As negotiation takes them, judged on the state's day; `ecdsa`: such keys are presented too.
std::vector<negotiation::Chain> keys_of(const Estate& estate, const std::vector<PresentedChain>& presented,
                                        const State& state, bool ecdsa, Confidence& confidence);

// An Expressway from X15.2 takes no SHA-1 certificate of its own, and what becomes of one that is there is not known
// (docs/sources.md: SHA); one with an RSA key of 8192 bits may not come up on SIP (XCR). Adds the doubt.
void doubt_whether_loaded(const upgrade::Product* product, const State& state, const std::string& protocol,
                          const std::string& name, negotiation::Side side, HopEnds& made);

}  // namespace ucready::forecast
