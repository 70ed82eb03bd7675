// What the files of this folder share among themselves: each stack's way of selecting, and how a chain is judged.
#pragma once

#include <functional>

#include "upgrade/negotiation/negotiate.h"

namespace ucready::negotiation {

using Selected = tl::expected<Answer, Refusal>;

inline tl::unexpected<Refusal> refuse(tls::Alert alert, Reason reason, Phase phase = Phase::selection,
                                      Side by = Side::server) {
  return tl::unexpected<Refusal>(Refusal{phase, by, alert, reason});
}

// What OpenSSL's security level lets through.
class SecurityLevel {
 public:
  explicit SecurityLevel(const Profile& profile)
      : traits_(&traits(profile.stack)), level_(profile.security_level), bits_(level_bits(profile.security_level)) {}

  [[nodiscard]] bool allows(const SchemeFacts& scheme) const;
  [[nodiscard]] bool allows(CipherSuite suite) const;
  [[nodiscard]] bool allows(const GroupFacts& group) const;
  [[nodiscard]] bool allows_md5_sha1() const { return traits_->md5_sha1_bits >= bits_; }
  [[nodiscard]] bool allows_key(KeyKind kind, int key_bits) const;
  [[nodiscard]] bool allows_certificate_hash(Hash hash) const;
  [[nodiscard]] bool allows_dh(int prime_bits) const;
  [[nodiscard]] int bits() const { return bits_; }

 private:
  const StackTraits* traits_;
  int level_;
  int bits_;
};

// Every stack but OpenSSL is its own judge of weak things: this level lets all pass.
SecurityLevel level_of(const Profile& profile);

// The keys that a stack really holds: OpenSSL keeps one of a kind, the one loaded last, and refuses what its level
// forbids. Points into the profile.
class KeyRing {
 public:
  KeyRing(const Profile& profile, Trace& trace);

  [[nodiscard]] const Chain* find(KeyKind kind) const;  // nullptr: none of the kind.
  [[nodiscard]] const Chain* last() const { return last_; }
  [[nodiscard]] const std::vector<const Chain*>& all() const { return keys_; }  // In load order.

 private:
  std::vector<const Chain*> keys_;
  const Chain* last_ = nullptr;
};

// The schemes a client and a server share, in the order of the one that decides.
std::vector<const SchemeFacts*> shared_schemes(const std::vector<SignatureScheme>& order,
                                               const std::vector<SignatureScheme>& allowed, const SecurityLevel& level);
bool signed_as_listed(const Chain& chain, const std::vector<SignatureScheme>& schemes_cert);
bool long_enough(const SchemeFacts& scheme, const Chain& chain);  // RSASSA-PSS needs room for hash and salt.

// The version, for all stacks: nothing but the hello and the server's list matter.
tl::expected<Version, Refusal> select_version(const HelloFacts& hello, const ServerProfile& server,
                                              const std::vector<Version>& versions, Trace& trace);
// Suites in the order in which they are tried.
std::vector<CipherSuite> suites_in_order(const std::vector<CipherSuite>& offered, const ServerProfile& server,
                                         const std::vector<CipherSuite>& own);

Selected select_openssl(const HelloFacts& hello, const ServerProfile& server, Trace& trace);
Selected select_openssl_tls13(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys, Trace& trace);
Selected select_openssl_tls12(const HelloFacts& hello, const ServerProfile& server, const KeyRing& keys,
                              Version version, Trace& trace);
Selected select_jsse(const HelloFacts& hello, const ServerProfile& server, Trace& trace);
Selected select_gnutls(const HelloFacts& hello, const ServerProfile& server, Trace& trace);

// HAProxy puts one certificate of its bundle before OpenSSL: what is left of the server's keys.
ServerProfile after_bundle_rule(const HelloFacts& hello, const ServerProfile& server, Trace& trace);
// The product's rule: nothing when it leaves the choice to the stack.
std::optional<KeyKind> preferred_key(const HelloFacts& hello, const ServerProfile& server, Trace& trace);

// The server's answer as it was seen; its profile has one. The rest of the profile is set right by it.
Selected select_measured(const HelloFacts& hello, const ServerProfile& server, Trace& trace);
ServerProfile as_measured(const ServerProfile& server);
HelloFacts with_what_was_chosen(HelloFacts hello, const Answer& answer);

// In which handshake a chain is judged. `signs`: its key has to sign, as it does in all but RSA key transport.
struct Presentation {
  Side by;
  Version version;
  bool signs;
};
// What `judge` finds wrong with the other's chain; nothing: it takes it.
struct ChainFault {
  tls::Alert alert;
  Reason reason;
};
std::optional<ChainFault> judge_chain(const Chain& chain, const Profile& judge, const Presentation& presented,
                                      Trace& trace);

std::string explain(const Outcome& outcome, const ClientProfile& client, const ServerProfile& server);

}  // namespace ucready::negotiation
