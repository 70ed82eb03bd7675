#include "upgrade/forecast/presented.h"

#include <fmt/format.h>

#include <algorithm>

#include "upgrade/forecast/chains.h"
#include "upgrade/forecast/end_facts.h"

namespace ucready::forecast {
namespace {

using negotiation::Chain;
using negotiation::Ends;
using negotiation::Hash;
using negotiation::KeyKind;

constexpr std::string_view kRenewed = "renewed:";

// The root's own signature does not count; a self-signed leaf is a leaf.
bool is_signed_with_sha1(const Chain& chain) {
  return chain.hash == Hash::sha1 ||
         std::ranges::any_of(chain.issuers,
                             [](const negotiation::IssuerCertificate& issuer) { return issuer.hash == Hash::sha1; });
}

}  // namespace

Renewal renewal_of(const State& state) {
  const auto changed = state.changes.find("renewal");
  if (changed == state.changes.end() || changed->second == "none") return Renewal::none;
  return changed->second == "server-only" ? Renewal::server_only : Renewal::same_authority;
}

std::vector<PresentedChain> renewed(std::vector<PresentedChain> chains, Renewal renewal) {
  if (renewal == Renewal::none) return chains;
  for (PresentedChain& chain : chains) {
    auto leaf = std::make_shared<Certificate>(*chain.certificates.front());
    leaf->sha256 = std::string(kRenewed) + leaf->sha256;
    leaf->not_before.clear();
    leaf->not_after.clear();
    if (renewal == Renewal::server_only) leaf->eku = "serverAuth";
    chain.certificates.front() = std::move(leaf);
  }
  return chains;
}

bool is_renewed(std::string_view leaf_id) { return leaf_id.starts_with(kRenewed); }
bool is_renewed(const PresentedChain& chain) { return is_renewed(chain.certificates.front()->sha256); }

Certificate before_renewal(Certificate renewed) {
  if (is_renewed(renewed.sha256)) renewed.sha256.erase(0, kRenewed.size());
  return renewed;
}

bool refuses_upload(const upgrade::Product* product, const State& state) {
  if (!is_expressway(product) || renewal_of(state) != Renewal::server_only) return false;
  const char* const takes_it = product->id == "expressway-c" ? "X15.5" : "X15.4";
  return !at_least(product, state.release, takes_it).value_or(true);
}

Time day_of(const Estate& estate, const State& state) {
  return state.day.empty() ? estate.now() : parse_iso8601(state.day).value_or(estate.now());
}

std::vector<Chain> keys_of(const Estate& estate, const std::vector<PresentedChain>& presented, const State& state,
                           bool ecdsa, Confidence& confidence) {
  std::vector<Chain> keys;
  for (const PresentedChain& shown : presented) {
    const auto chain = chain_of(shown, day_of(estate, state));
    if (!chain || (chain->key == KeyKind::ecdsa && !ecdsa)) continue;
    if (std::ranges::find(keys, chain->id, &Chain::id) != keys.end()) continue;
    keys.push_back(*chain);
    confidence = std::min(confidence, shown.confidence);
  }
  return keys;
}

void doubt_whether_loaded(const upgrade::Product* product, const State& state, const std::string& protocol,
                          const std::string& name, negotiation::Side side, HopEnds& made) {
  constexpr int kTooLarge = 8192;
  if (!is_expressway(product)) return;
  const bool no_sha1 = at_least(product, state.release, "X15.2").value_or(false);
  const auto doubtful = [&](const Chain& chain) {
    return (no_sha1 && is_signed_with_sha1(chain)) ||
           (protocol == "sip-tls" && chain.key == KeyKind::rsa && chain.key_bits >= kTooLarge);
  };
  const auto& all = side == negotiation::Side::server ? made.ends.server.keys : made.ends.client.keys;
  std::vector<Chain> left = all;
  std::erase_if(left, doubtful);
  if (left.size() == all.size()) return;
  made.doubts.push_back(negotiation::doubt_over(
      fmt::format("whether {} at {} still presents a certificate that is {}", name,
                  state.release.empty() ? "this release" : state.release,
                  no_sha1 ? "signed with SHA-1" : "of an RSA key of 8192 bits"),
      "certificate", std::vector{all, left}, [side](Ends& ends, const std::vector<Chain>& keys) {
        (side == negotiation::Side::server ? ends.server.keys : ends.client.keys) = keys;
      }));
}

}  // namespace ucready::forecast
