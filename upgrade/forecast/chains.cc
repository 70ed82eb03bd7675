#include "upgrade/forecast/chains.h"

#include <algorithm>

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

Anchor anchor_of(const PresentedChain& presented, const trust::TrustStore& store, trust::Presenter presenter,
                 std::string_view stack, Time at, const std::vector<CertificatePtr>& seen_elsewhere) {
  trust::ChainQuestion question;
  question.chain = presented.certificates;
  question.store = &store;
  question.presenter = presenter;
  question.at = at;
  question.stack = stack;
  question.security_level = 0;
  question.seen_elsewhere = seen_elsewhere;
  switch (trust::judge_chain(question).anchoring) {
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

bool holds_name(const PresentedChain& presented, const std::string& name) {
  return trust::carries_name(*presented.certificates.front(), name);
}

}  // namespace ucready::forecast
