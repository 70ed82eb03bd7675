#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

// SSL_CTX_use_certificate(3) and the calls that add a chain refuse what the level forbids; the signature of a
// self-signed leaf is not looked at.
bool may_load(const Chain& chain, const SecurityLevel& level) {
  if (!level.allows_key(chain.key, chain.key_bits)) return false;
  if (!chain.self_signed && !level.allows_certificate_hash(chain.hash)) return false;
  return std::ranges::all_of(chain.issuers, [&](const IssuerCertificate& issuer) {
    return level.allows_key(issuer.key, issuer.key_bits) && level.allows_certificate_hash(issuer.hash);
  });
}

}  // namespace

KeyRing::KeyRing(const Profile& profile, Trace& trace) {
  const SecurityLevel level = level_of(profile);
  const bool one_of_a_kind = traits(profile.stack).rules == Rules::openssl;
  for (const Chain& chain : profile.keys) {
    if (!may_load(chain, level)) {
      trace.note(BranchPoint::own_certificate_refused);
      continue;
    }
    if (one_of_a_kind) std::erase_if(keys_, [&](const Chain* loaded) { return loaded->key == chain.key; });
    keys_.push_back(&chain);
    last_ = &chain;
  }
}

const Chain* KeyRing::find(KeyKind kind) const {
  const auto at = std::ranges::find_if(keys_, [&](const Chain* chain) { return chain->key == kind; });
  return at == keys_.end() ? nullptr : *at;
}

std::vector<const SchemeFacts*> shared_schemes(const std::vector<SignatureScheme>& order,
                                               const std::vector<SignatureScheme>& allowed,
                                               const SecurityLevel& level) {
  std::vector<const SchemeFacts*> shared;
  for (const SignatureScheme scheme : order) {
    const SchemeFacts* const facts = find_scheme(scheme);
    if (facts != nullptr && contains(allowed, scheme) && level.allows(*facts)) shared.push_back(facts);
  }
  return shared;
}

bool signed_as_listed(const Chain& chain, const std::vector<SignatureScheme>& schemes_cert) {
  if (schemes_cert.empty()) return true;
  return std::ranges::any_of(schemes_cert, [&](SignatureScheme scheme) {
    const SchemeFacts* const facts = find_scheme(scheme);
    if (facts == nullptr || facts->hash != chain.hash) return false;
    // A signature made with PSS does not tell which kind of RSA key made it.
    if (facts->pss) return chain.signed_by == KeyKind::rsa_pss;
    return facts->key == chain.signed_by;
  });
}

bool long_enough(const SchemeFacts& scheme, const Chain& chain) {
  return !scheme.pss || chain.key_bits / 8 >= 2 * hash_bytes(scheme.hash) + 2;
}

}  // namespace ucready::negotiation
