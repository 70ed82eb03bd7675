// The small world in which pairs are drawn: a few of everything that decides anything, and certificates of every kind
// of key and flaw, made once.
#pragma once

#include <string>
#include <vector>

#include "tests/support/certificate_maker.h"
#include "upgrade/negotiation/profile.h"

namespace ucready::negotiation {

enum class Flaw {
  none,
  intermediate,
  missing_intermediate,
  sha1_leaf,
  sha1_intermediate,
  sha1_root,
  self_signed,
  expired,
  future,
  wrong_purpose,
  no_signature,  // keyUsage without digitalSignature.
  ec_issuer,
};
inline constexpr int kFlaws = 12;

// One identity of the world: the model's view of it and the real thing.
struct Identity {
  std::string key;  // As certificate_maker writes it: "ec:P-256".
  Flaw flaw{};
  Chain chain;
  support::MadeCertificate leaf;
  std::vector<support::MadeCertificate> sent;  // Above the leaf.
};
const std::vector<Identity>& identities();  // Each is a certificate of kHostName.
inline constexpr const char* kHostName = "server.example";
const Identity& identity_of(const std::string& chain_id);
const Identity& identity_of(ByteView leaf_der);  // Aborts for a stranger.

// What a store may hold, as bits.
enum StoreContent : unsigned {
  kRoot = 1,
  kSha1Root = 2,
  kEcRoot = 4,
  kSelfSigned = 8,
  kLeaves = 16,
  kStoreContents = 32
};
const support::MadeCertificate& root();
const support::MadeCertificate& sha1_root();
const support::MadeCertificate& ec_root();
Anchor anchor_in(const Identity& identity, unsigned content);
const Trust& trust_of(unsigned content);
unsigned content_of(const Trust& trust);  // The other way, for stores made by trust_of().

const std::vector<CipherSuite>& universe_suites();
const std::vector<CipherSuite>& universe_suites_tls13();
const std::vector<Group>& universe_groups();
const std::vector<SignatureScheme>& universe_schemes();

// The moment at which everything is verified: 2026-06-01, in seconds since 1970.
inline constexpr long kVerificationTime = 1780272000;

}  // namespace ucready::negotiation
