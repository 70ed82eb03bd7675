#include "upgrade/forecast/chains.h"

#include <algorithm>
#include <iterator>

#include "trust/chain_faults.h"

namespace ucready::forecast {
namespace {

using negotiation::Anchor;
using negotiation::Chain;
using negotiation::Hash;
using negotiation::KeyKind;

std::optional<KeyKind> key_kind(const std::string& type) {
  if (type == "rsa") return KeyKind::rsa;
  if (type == "rsa-pss") return KeyKind::rsa_pss;
  if (type == "ecdsa") return KeyKind::ecdsa;
  if (type == "ed25519") return KeyKind::ed25519;
  if (type == "ed448") return KeyKind::ed448;
  if (type == "dsa") return KeyKind::dsa;
  return std::nullopt;
}

Hash hash_of(const std::string& name) {
  if (name == "md5") return Hash::md5;
  if (name == "sha1") return Hash::sha1;
  if (name == "sha224") return Hash::sha224;
  if (name == "sha384") return Hash::sha384;
  if (name == "sha512") return Hash::sha512;
  return name.empty() ? Hash::none : Hash::sha256;
}

KeyKind signer_of(const std::string& algorithm) {
  if (algorithm.starts_with("ecdsa")) return KeyKind::ecdsa;
  if (algorithm == "rsassaPss") return KeyKind::rsa_pss;
  if (algorithm == "ED25519") return KeyKind::ed25519;
  if (algorithm == "ED448") return KeyKind::ed448;
  return KeyKind::rsa;
}

bool lists(const std::string& list, std::string_view word) {
  return (',' + list + ',').find(',' + std::string(word) + ',') != std::string::npos;
}

negotiation::Validity validity_of(const PresentedChain& presented, Time at) {
  for (const CertificatePtr& certificate : presented.certificates) {
    if (const auto end = parse_iso8601(certificate->not_after); end && *end < at) return negotiation::Validity::expired;
    if (const auto start = parse_iso8601(certificate->not_before); start && *start > at) {
      return negotiation::Validity::not_yet_valid;
    }
  }
  return negotiation::Validity::valid;
}

Anchor anchor_of(trust::Anchoring anchoring) {
  switch (anchoring) {
    case trust::Anchoring::none:
      return Anchor::none;
    case trust::Anchoring::missing_intermediate:
      return Anchor::missing_intermediate;
    case trust::Anchoring::root:
      return Anchor::root;
    case trust::Anchoring::partial:
      return Anchor::leaf;
    case trust::Anchoring::pinned:
      return Anchor::pinned;
  }
  return Anchor::none;
}

// What negotiation weighs itself, by anchor, facts of the leaf and names.
bool is_negotiations(trust::FaultKind kind) {
  using trust::FaultKind;
  constexpr FaultKind kKinds[] = {FaultKind::untrusted,
                                  FaultKind::missing_intermediate,
                                  FaultKind::lone_anchor,
                                  FaultKind::purpose,
                                  FaultKind::key_usage,
                                  FaultKind::any_purpose_only,
                                  FaultKind::name,
                                  FaultKind::no_digital_signature,
                                  FaultKind::signature_doubtful};
  return std::ranges::find(kKinds, kind) != std::end(kKinds);
}

bool is_of_strength(trust::FaultKind kind) {
  using trust::FaultKind;
  constexpr FaultKind kKinds[] = {FaultKind::key,  FaultKind::short_key, FaultKind::weak_key,
                                  FaultKind::hash, FaultKind::sha1,      FaultKind::weak_hash};
  return std::ranges::find(kKinds, kind) != std::end(kKinds);
}

bool is_of_dates(trust::FaultKind kind) {
  return kind == trust::FaultKind::expired || kind == trust::FaultKind::not_yet_valid;
}

negotiation::Reason reason_for(trust::FaultKind kind, trust::Presenter presenter) {
  const std::string_view word = trust::reason_of(kind, presenter);
  return *negotiation::parse_reason(word);
}

}  // namespace

std::optional<Chain> chain_of(const PresentedChain& presented, Time at) {
  const Certificate& leaf = *presented.certificates.front();
  const auto key = key_kind(leaf.key_type);
  if (!leaf.defect.empty() || !key) return std::nullopt;
  Chain chain;
  chain.id = leaf.sha256;
  chain.key = *key;
  chain.key_bits = leaf.key_bits;
  if (const auto curve = tls::parse_group(leaf.curve)) chain.curve = *curve;
  chain.signed_by = signer_of(leaf.signature_algorithm);
  chain.hash = hash_of(leaf.signature_hash);
  chain.self_signed = leaf.self_signed;
  if (!leaf.key_usage.empty()) {
    chain.digital_signature = lists(leaf.key_usage, "digitalSignature");
    chain.key_encipherment = lists(leaf.key_usage, "keyEncipherment");
    chain.key_agreement = lists(leaf.key_usage, "keyAgreement");
  }
  if (!leaf.eku.empty()) {
    chain.server_auth = lists(leaf.eku, "serverAuth");
    chain.client_auth = lists(leaf.eku, "clientAuth");
  }
  chain.validity = validity_of(presented, at);
  chain.authorities.push_back(leaf.issuer);
  for (std::size_t i = 1; i < presented.certificates.size(); ++i) {
    const Certificate& issuer = *presented.certificates[i];
    chain.authorities.push_back(issuer.issuer);
    if (issuer.self_signed) continue;
    chain.issuers.push_back(
        {hash_of(issuer.signature_hash), key_kind(issuer.key_type).value_or(KeyKind::rsa), issuer.key_bits});
  }
  return chain;
}

StoreOpinion opinion_of(const PresentedChain& presented, const StoreQuestion& asked,
                        const std::vector<CertificatePtr>& seen_elsewhere) {
  trust::ChainQuestion question;
  const bool by_another = presented.reissue != nullptr && !presented.reissue->signed_like.empty();
  question.chain = by_another ? presented.reissue->signed_like : presented.certificates;
  question.store = asked.store;
  question.presenter = asked.presenter;
  question.at = asked.at;
  question.stack = asked.stack;
  question.security_level = asked.security_level;
  question.seen_elsewhere = seen_elsewhere;
  const bool by_pins = asked.store->pin_of(*presented.certificates.front()) != nullptr ||
                       (asked.store->authorities().empty() && !asked.store->pins().empty());
  if (by_pins) return {anchor_of(trust::judge_chain(question).anchoring), std::nullopt, false};

  // A certificate of the future stands here as the one it will replace.
  const bool undated = presented.certificates.front()->not_after.empty();
  const trust::FoundFaults found = trust::find_faults(question);
  StoreOpinion opinion;
  opinion.anchor = anchor_of(found.anchoring);
  for (const trust::ChainFault& fault : found.faults) {
    if (is_negotiations(fault.kind) || (undated && is_of_dates(fault.kind))) continue;
    // These would be said of the certificate that goes.
    if (presented.reissue != nullptr && is_of_strength(fault.kind)) continue;
    const trust::StackRuling ruling = trust::rule_on(fault, question);
    const bool refuses = ruling.ruling == trust::Ruling::refuses;
    // Of short keys and weak hashes negotiation knows what each stack makes; here it is about those it does not see.
    const bool doubtful = ruling.ruling == trust::Ruling::unknown && !is_of_strength(fault.kind);
    if (!refuses && !doubtful) continue;
    opinion.objection =
        negotiation::StoreObjection{reason_for(fault.kind, asked.presenter),
                                    ruling.alert.value_or(negotiation::alert::kCertificateUnknown), fault.sentence};
    opinion.doubtful = doubtful;
    if (refuses) break;
  }
  return opinion;
}

bool holds_name(const PresentedChain& presented, const std::string& name) {
  if (presented.reissue != nullptr && presented.reissue->name == name) return true;
  return trust::carries_name(*presented.certificates.front(), name);
}

}  // namespace ucready::forecast
